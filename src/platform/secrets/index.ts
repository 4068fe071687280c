export { KeyRingInvalid, SecretUnreadable } from './errors.ts';
export { loadKeyRing, parseKeyRing, type KeyRing } from './key-ring.ts';
export { createPepper, type Pepper } from './pepper.ts';
export { createVault, type Vault } from './vault.ts';
