import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

import { SecretUnreadable } from './errors.ts';
import { KEY_BYTES, type KeyRing } from './key-ring.ts';

/** Where a secret belongs. It is bound to the ciphertext: the blob opens nowhere else. */
export interface SecretContext {
  readonly workspace: string;
  readonly connection: string;
  readonly field: string;
}

export interface Vault {
  seal(plain: string | Uint8Array, context: SecretContext): Uint8Array;
  /** @throws SecretUnreadable */
  open(blob: Uint8Array, context: SecretContext): Uint8Array;
  /** `open` for text. @throws SecretUnreadable */
  openText(blob: Uint8Array, context: SecretContext): string;
  /** True when the blob is sealed with a key that is no longer the current one. @throws SecretUnreadable */
  needsRewrap(blob: Uint8Array): boolean;
  /** The same secret under the current key; the encrypted data itself is not touched. @throws SecretUnreadable */
  rewrap(blob: Uint8Array, context: SecretContext): Uint8Array;
}

/*
 * Blob, version 1:
 *   1 byte version | 1 byte length of key id | key id | wrapped data key (12 + 32 + 16) | secret (12 + n + 16)
 * Both boxes are AES-256-GCM as nonce, ciphertext, tag. The data key is random per secret, so the ring's keys
 * encrypt 32 bytes per record only and random nonces stay far from their limit.
 */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const BOX_OVERHEAD = NONCE_BYTES + TAG_BYTES;
const WRAPPED_KEY_BYTES = BOX_OVERHEAD + KEY_BYTES;
const CIPHER = 'aes-256-gcm';

export function createVault(ring: KeyRing): Vault {
  const wrap = (dataKey: Uint8Array, context: SecretContext) => {
    const header = headerFor(ring.current);
    const wrapped = encrypt(keyOf(ring, ring.current), dataKey, bind('key', context, header));
    return Buffer.concat([header, wrapped]);
  };
  const unwrap = ({ keyId, header, wrappedKey }: Parts, context: SecretContext) =>
    decrypt(keyOf(ring, keyId), wrappedKey, bind('key', context, header));

  const open = (blob: Uint8Array, context: SecretContext) => {
    const parts = split(blob);
    return decrypt(unwrap(parts, context), parts.secret, bind('secret', context));
  };
  return {
    seal(plain, context) {
      const dataKey = randomBytes(KEY_BYTES);
      const bytes = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain;
      const secret = encrypt(dataKey, bytes, bind('secret', context));
      return Buffer.concat([wrap(dataKey, context), secret]);
    },
    open,
    openText: (blob, context) => Buffer.from(open(blob, context)).toString('utf8'),
    needsRewrap: (blob) => split(blob).keyId !== ring.current,
    rewrap(blob, context) {
      const parts = split(blob);
      const dataKey = unwrap(parts, context);
      // Opened once as proof: a rotation must not carry a damaged secret on under a fresh key.
      decrypt(dataKey, parts.secret, bind('secret', context));
      return Buffer.concat([wrap(dataKey, context), parts.secret]);
    },
  };
}

interface Parts {
  readonly keyId: string;
  readonly header: Uint8Array;
  readonly wrappedKey: Uint8Array;
  readonly secret: Uint8Array;
}

function split(blob: Uint8Array): Parts {
  const [version, idLength] = blob;
  if (version !== VERSION || idLength === undefined || idLength === 0) {
    throw new SecretUnreadable('malformed');
  }
  const keyStart = 2 + idLength;
  const secretStart = keyStart + WRAPPED_KEY_BYTES;
  if (blob.length < secretStart + BOX_OVERHEAD) throw new SecretUnreadable('malformed');
  return {
    keyId: Buffer.from(blob.subarray(2, keyStart)).toString('utf8'),
    header: blob.subarray(0, keyStart),
    wrappedKey: blob.subarray(keyStart, secretStart),
    secret: blob.subarray(secretStart),
  };
}

function headerFor(keyId: string): Uint8Array {
  const id = Buffer.from(keyId, 'utf8');
  return Buffer.concat([Buffer.of(VERSION, id.length), id]);
}

/** JSON of a list, because plain joining would let ("a", "bc") pass for ("ab", "c"). */
function bind(role: 'key' | 'secret', context: SecretContext, header?: Uint8Array): Uint8Array {
  const { workspace, connection, field } = context;
  const place = JSON.stringify(['echofile', VERSION, role, workspace, connection, field]);
  return Buffer.concat([Buffer.from(place, 'utf8'), header ?? Buffer.alloc(0)]);
}

function keyOf(ring: KeyRing, id: string): KeyObject {
  const key = ring.keys.get(id);
  if (key === undefined) throw new SecretUnreadable('unknown_key');
  return key;
}

function encrypt(key: KeyObject | Uint8Array, plain: Uint8Array, bound: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: KeyObject | Uint8Array, box: Uint8Array, bound: Uint8Array): Uint8Array {
  const nonce = box.subarray(0, NONCE_BYTES);
  // Without authTagLength node accepts a 4-byte tag, which can be guessed.
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound);
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
  try {
    const plain = decipher.update(box.subarray(NONCE_BYTES, box.length - TAG_BYTES));
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    throw new SecretUnreadable('tampered_or_wrong_context');
  }
}
