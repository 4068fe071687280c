const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 15 characters are case-sensitive; the three more say which of them are upper case. */
export function toId18(id15: string): string {
  let suffix = '';
  for (let chunk = 0; chunk < 3; chunk += 1) {
    let bits = 0;
    for (let place = 0; place < 5; place += 1) {
      if (/[A-Z]/.test(id15.charAt(chunk * 5 + place))) bits |= 1 << place;
    }
    suffix += ALPHABET.charAt(bits);
  }
  return id15 + suffix;
}

/** The id with 18 characters, or undefined for what is no id. A wrong checksum is no id. */
export function normaliseId(given: unknown): string | undefined {
  if (typeof given !== 'string' || !/^[0-9A-Za-z]+$/.test(given)) return undefined;
  if (given.length === 15) return toId18(given);
  if (given.length !== 18) return undefined;
  const suffix = given.slice(15).toUpperCase();
  return repairCase(given.slice(0, 15), suffix);
}

/** Salesforce accepts an 18-character id in any case: the checksum tells the true one. */
function repairCase(letters: string, suffix: string): string | undefined {
  const bits = Array.from(suffix, (one) => one).map((character) => ALPHABET.indexOf(character));
  if (bits.some((one) => one < 0)) return undefined;
  const repaired = Array.from(letters, (one) => one).map((letter, place) => {
    const upper = ((bits[Math.floor(place / 5)] ?? 0) >> (place % 5)) & 1;
    return upper === 1 ? letter.toUpperCase() : letter.toLowerCase();
  });
  const id15 = repaired.join('');
  return toId18(id15) === id15 + suffix ? id15 + suffix : undefined;
}

/** Gives ids of one org: key prefix, two characters of the pod, a reserved zero, nine digits that count up. */
export class IdSource {
  readonly #last = new Map<string, number>();
  readonly #pod: string;

  constructor(pod: string) {
    this.#pod = pod;
  }

  next(keyPrefix: string): string {
    // Neighbours differ in more than the last character, so that comparing without case meets a twin soon.
    const number = (this.#last.get(keyPrefix) ?? 1_000_000) + 7;
    this.#last.set(keyPrefix, number);
    let digits = '';
    for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) {
      digits = DIGITS.charAt(rest % 62) + digits;
    }
    return toId18(`${keyPrefix}${this.#pod}0${digits.padStart(9, '0')}`);
  }
}
