import { createHash } from 'node:crypto';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const BASE32_SORTABLE = '234567abcdefghijklmnopqrstuvwxyz';

/** CIDv1, dag-cbor, sha-256: the form of a record's CID. The digest is over JSON here, so it differs from a real one. */
export function cidOf(record: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(record)).digest();
  const bytes = Buffer.concat([Buffer.from([0x01, 0x71, 0x12, 0x20]), digest]);
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = bits.match(/.{1,5}/g) ?? [];
  return `b${letters.map((group) => BASE32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')}`;
}

/** Timestamp identifiers: 13 sortable letters of microseconds, strictly rising even when the clock stands still. */
export function createTids(now: () => number): () => string {
  let last = 0n;
  return () => {
    const micros = BigInt(Math.floor(now() * 1000));
    last = micros > last ? micros : last + 1n;
    let rest = last << 10n;
    let tid = '';
    for (let letter = 0; letter < 13; letter += 1) {
      tid = `${BASE32_SORTABLE[Number(rest & 31n)] ?? ''}${tid}`;
      rest >>= 5n;
    }
    return tid;
  };
}

export interface AtUri {
  authority: string;
  collection: string;
  rkey: string;
}

export function parseAtUri(uri: string): AtUri | undefined {
  const match = /^at:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(uri);
  if (match === null) return undefined;
  const [, authority = '', collection = '', rkey = ''] = match;
  return { authority, collection, rkey };
}
