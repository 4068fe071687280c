/** Why a sealed value could not be opened. */
type UnreadableReason = 'malformed' | 'unknown_key' | 'tampered_or_wrong_context';

const EXPLANATION: Record<UnreadableReason, string> = {
  malformed: 'this is not a sealed secret of a known format',
  unknown_key: 'the key it was sealed with is not in the key ring',
  tampered_or_wrong_context: 'it was changed, or belongs to another workspace, connection or field',
};

/** The only error of `open` and `rewrap`. Its text names neither the secret nor the context it was asked for. */
export class SecretUnreadable extends Error {
  readonly reason: UnreadableReason;
  readonly code: string;
  readonly logMessage: string;

  constructor(reason: UnreadableReason) {
    super(`Secret cannot be read: ${EXPLANATION[reason]}`);
    this.name = 'SecretUnreadable';
    this.reason = reason;
    this.code = `SECRET_${reason.toUpperCase()}`;
    this.logMessage = this.message;
  }
}

/** The key ring is missing or unusable; the message lists every fault and never a key. */
export class KeyRingInvalid extends Error {
  readonly code = 'KEY_RING_INVALID';
  readonly logMessage: string;

  constructor(faults: readonly string[]) {
    super(`Key ring cannot be used: ${faults.join('; ')}`);
    this.name = 'KeyRingInvalid';
    this.logMessage = this.message;
  }
}
