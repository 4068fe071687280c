import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';

import type { KeyRing } from './key-ring.ts';

/** `keyId:hex`. Comparable as a whole; the key id says which key of the ring it needs. */
export type PepperedHash = `${string}:${string}`;

/**
 * Keyed hashes for lists that must recognise a value without keeping it (suppressions). The value cannot be
 * hashed anew later, so rotation must not change the hash: the oldest key of the ring roots it.
 */
export interface Pepper {
  /** The hash to store. `kind` separates uses (`email`, `x_id`); the caller normalises `value`. */
  pepperedHash(kind: string, value: string): PepperedHash;
  /** All hashes this value may be stored under, one per key of the ring, for lookups. */
  pepperedHashes(kind: string, value: string): PepperedHash[];
  /** False when the stored hash needs a key that left the ring: such a suppression no longer works. */
  knows(stored: string): boolean;
}

export function createPepper(ring: KeyRing): Pepper {
  const peppers = [...ring.keys].map(([id, key]) => ({ id, pepper: derive(key) })).reverse();
  const pepperedHashes = (kind: string, value: string) =>
    peppers.map(({ id, pepper }) => hash(id, pepper, JSON.stringify([kind, value])));
  return {
    pepperedHash(kind, value) {
      const [stored] = pepperedHashes(kind, value);
      if (stored === undefined) throw new RangeError('createPepper expects a ring with a key');
      return stored;
    },
    pepperedHashes,
    knows: (stored) => ring.keys.has(stored.slice(0, stored.lastIndexOf(':'))),
  };
}

function hash(id: string, pepper: Uint8Array, text: string): PepperedHash {
  return `${id}:${createHmac('sha256', pepper).update(text, 'utf8').digest('hex')}`;
}

/** A key of its own, so that the ring's keys never serve two algorithms. */
function derive(key: KeyObject): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), 'echofile pepper v1', 32));
}
