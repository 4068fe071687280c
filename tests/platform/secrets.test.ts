import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  createPepper,
  createVault,
  KeyRingInvalid,
  loadKeyRing,
  parseKeyRing,
  SecretUnreadable,
} from '../../src/platform/secrets/index.ts';

const OLD = `old:${randomBytes(32).toString('base64')}`;
const NEW = `new:${randomBytes(32).toString('base64')}`;
const oldVault = createVault(parseKeyRing(OLD));
const rotated = createVault(parseKeyRing(`${NEW},${OLD}`));
const newOnly = createVault(parseKeyRing(NEW));

const context = { workspace: 'w1', connection: 'c1', field: 'refresh_token' };
const contexts = fc.record({ workspace: fc.string(), connection: fc.string(), field: fc.string() });
const bytes = fc.uint8Array({ maxLength: 200 });

function reasonOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SecretUnreadable) return error.reason;
    throw error;
  }
  return 'opened';
}

describe('vault', () => {
  test('what was sealed opens in its context, text and bytes', () => {
    fc.assert(
      fc.property(bytes, fc.string({ unit: 'binary' }), contexts, (plain, text, place) => {
        expect(Buffer.from(oldVault.open(oldVault.seal(plain, place), place))).toEqual(
          Buffer.from(plain),
        );
        expect(oldVault.openText(oldVault.seal(text, place), place)).toBe(text);
      }),
    );
  });

  test('no context but its own opens it', () => {
    fc.assert(
      fc.property(contexts, contexts, (mine, other) => {
        fc.pre(JSON.stringify(mine) !== JSON.stringify(other));
        const blob = oldVault.seal('token', mine);
        expect(reasonOf(() => oldVault.open(blob, other))).toBe('tampered_or_wrong_context');
        expect(reasonOf(() => rotated.rewrap(blob, other))).toBe('tampered_or_wrong_context');
      }),
    );
  });

  test('a context cannot be shifted across its fields', () => {
    const blob = oldVault.seal('token', { workspace: 'a', connection: 'bc', field: 'd' });
    expect(
      reasonOf(() => oldVault.open(blob, { workspace: 'ab', connection: 'c', field: 'd' })),
    ).toBe('tampered_or_wrong_context');
  });

  test('any changed bit is noticed', () => {
    const blob = oldVault.seal('a refresh token', context);
    for (let bit = 0; bit < blob.length * 8; bit += 1) {
      const bent = Uint8Array.from(blob);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(reasonOf(() => oldVault.open(bent, context))).not.toBe('opened');
      expect(reasonOf(() => rotated.rewrap(bent, context))).not.toBe('opened');
    }
  });

  test('any shortened or lengthened blob, and any noise, is refused by the one error', () => {
    const blob = oldVault.seal('a refresh token', context);
    for (let length = 0; length < blob.length; length += 1) {
      expect(reasonOf(() => oldVault.open(blob.subarray(0, length), context))).not.toBe('opened');
    }
    const longer = Buffer.concat([blob, Buffer.of(0)]);
    expect(reasonOf(() => oldVault.open(longer, context))).toBe('tampered_or_wrong_context');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(reasonOf(() => oldVault.open(noise, context))).not.toBe('opened');
      }),
    );
  });

  test('a 4-byte tag at the end is not enough', () => {
    const blob = oldVault.seal('x'.repeat(64), context);
    expect(reasonOf(() => oldVault.open(blob.subarray(0, blob.length - 12), context))).toBe(
      'tampered_or_wrong_context',
    );
  });

  test('the wrapped key of one secret does not fit another of the same context', () => {
    const [one, two] = [oldVault.seal('one', context), oldVault.seal('two', context)];
    const keyEnd = 2 + 'old'.length + 60;
    const mixed = Buffer.concat([one.subarray(0, keyEnd), two.subarray(keyEnd)]);
    expect(reasonOf(() => oldVault.open(mixed, context))).toBe('tampered_or_wrong_context');
  });

  test('the same secret never seals to the same bytes', () => {
    const sealed = new Set(
      Array.from({ length: 200 }, () => Buffer.from(oldVault.seal('t', context)).toString('hex')),
    );
    expect(sealed.size).toBe(200);
  });

  test('rotation: old blobs open, ask for a rewrap, and need the old key no more after it', () => {
    fc.assert(
      fc.property(bytes, contexts, (plain, place) => {
        const before = oldVault.seal(plain, place);
        expect(rotated.needsRewrap(before)).toBe(true);
        expect(Buffer.from(rotated.open(before, place))).toEqual(Buffer.from(plain));
        const after = rotated.rewrap(before, place);
        expect(rotated.needsRewrap(after)).toBe(false);
        expect(Buffer.from(newOnly.open(after, place))).toEqual(Buffer.from(plain));
        expect(reasonOf(() => newOnly.open(before, place))).toBe('unknown_key');
        expect(reasonOf(() => oldVault.open(after, place))).toBe('unknown_key');
      }),
    );
  });

  test('errors name neither the secret nor the context', () => {
    const blob = oldVault.seal('planted-secret', { ...context, workspace: 'planted-workspace' });
    try {
      oldVault.open(blob, context);
    } catch (error) {
      expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(/planted/);
    }
    expect(inspect(parseKeyRing(OLD), { depth: null, showHidden: true })).not.toContain(
      OLD.slice(4),
    );
  });
});

describe('key ring', () => {
  test('the first key is the current one', () => {
    const ring = parseKeyRing(` ${NEW} , ${OLD}\n`);
    expect(ring.current).toBe('new');
    expect([...ring.keys.keys()]).toEqual(['new', 'old']);
  });

  test('all faults are told at once, and no key with them', () => {
    const short = randomBytes(16).toString('base64');
    const bare = randomBytes(32).toString('base64');
    let message = '';
    try {
      parseKeyRing(`a:${short},${bare},b:not base64!,${OLD},${OLD}`);
    } catch (error) {
      expect(error).toBeInstanceOf(KeyRingInvalid);
      message = String(error);
    }
    expect(message).toMatch(
      /"a" has 16 bytes, needs exactly 32; make one with `openssl rand -base64 32`/,
    );
    expect(message).toMatch(/entry 2 has no usable id/);
    expect(message).toMatch(/"b" is not base64/);
    expect(message).toMatch(/"old" appears twice/);
    for (const key of [short, bare, OLD.slice(4)]) expect(message).not.toContain(key);
  });

  test.each(['', ' , ', ':'])('an empty ring (%j) is refused', (text) => {
    expect(() => parseKeyRing(text)).toThrow(KeyRingInvalid);
  });

  test('without any source it says so', async () => {
    await expect(loadKeyRing({})).rejects.toThrow(/neither keys nor a data folder/);
  });
});

describe('key file', () => {
  let dataDir = '';
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'echofile-keys-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  test('is made once, private, and its place is told', async () => {
    const first = await loadKeyRing({ dataDir: join(dataDir, 'new') });
    expect(first).toMatchObject({ created: true, keyFile: join(dataDir, 'new', 'secret-keys') });
    expect((await stat(first.keyFile ?? '')).mode & 0o777).toBe(0o600);
    const again = await loadKeyRing({ dataDir: join(dataDir, 'new') });
    expect(again.created).toBe(false);
    const blob = createVault(first.ring).seal('kept', context);
    expect(createVault(again.ring).openText(blob, context)).toBe('kept');
    expect(await readdir(join(dataDir, 'new'))).toEqual(['secret-keys']);
  });

  test('many first starts at once agree on one key', async () => {
    const rings = await Promise.all(Array.from({ length: 20 }, () => loadKeyRing({ dataDir })));
    expect(new Set(rings.map(({ ring }) => ring.current)).size).toBe(1);
    expect(rings.filter(({ created }) => created)).toHaveLength(1);
  });

  test('is not made when the configuration holds keys', async () => {
    expect((await loadKeyRing({ fromConfig: OLD, dataDir })).ring.current).toBe('old');
    expect(await readdir(dataDir)).toEqual([]);
  });

  test('that others may read is refused', async () => {
    const { keyFile = '' } = await loadKeyRing({ dataDir });
    await chmod(keyFile, 0o640);
    await expect(loadKeyRing({ dataDir })).rejects.toThrow(/chmod 600/);
    expect(await readFile(keyFile, 'utf8')).toMatch(/^k[0-9a-f]{8}:/);
  });
});

describe('pepper', () => {
  const before = createPepper(parseKeyRing(OLD));
  const after = createPepper(parseKeyRing(`${NEW},${OLD}`));

  test('the stored hash survives rotation, and says which key it needs', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (kind, value) => {
        const stored = before.pepperedHash(kind, value);
        expect(stored).toMatch(/^old:[0-9a-f]{64}$/);
        expect(after.pepperedHash(kind, value)).toBe(stored);
        expect(after.pepperedHashes(kind, value)).toContain(stored);
      }),
    );
  });

  test('kind and value are told apart, and other values do not collide', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.string(), fc.string()),
        fc.tuple(fc.string(), fc.string()),
        (a, b) => {
          fc.pre(JSON.stringify(a) !== JSON.stringify(b));
          expect(before.pepperedHash(...a)).not.toBe(before.pepperedHash(...b));
        },
      ),
    );
  });

  test('a hash whose key has left the ring is recognised as lost', () => {
    const stored = before.pepperedHash('email', 'a@example.org');
    expect(after.knows(stored)).toBe(true);
    expect(createPepper(parseKeyRing(NEW)).knows(stored)).toBe(false);
  });

  test('without the key the hash cannot be guessed from the value', () => {
    const other = createPepper(parseKeyRing(`old:${randomBytes(32).toString('base64')}`));
    expect(other.pepperedHash('email', 'a@example.org')).not.toBe(
      before.pepperedHash('email', 'a@example.org'),
    );
  });
});
