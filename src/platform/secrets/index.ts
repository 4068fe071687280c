export { KeyRingInvalid, SecretUnreadable } from './errors.ts';
export {
  loadKeyRing,
  parseKeyRing,
  type KeyRing,
  type KeyRingSource,
  type LoadedKeyRing,
} from './key-ring.ts';
export { createPepper, type Pepper, type PepperedHash } from './pepper.ts';
export { createVault, type SecretContext, type Vault } from './vault.ts';
