import iconv from 'iconv-lite';

/** Where markup announces its charset; browsers look no further either. */
const HEAD_BYTES = 1024;

const BYTE_ORDER_MARKS: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe, 0x00, 0x00], 'utf-32le'],
  [[0x00, 0x00, 0xfe, 0xff], 'utf-32be'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
  // Without a mark, the zero beside the first "<" tells.
  [[0x3c, 0x00], 'utf-16le'],
  [[0x00, 0x3c], 'utf-16be'],
];

/** Browsers read these labels as windows-1252 (WHATWG Encoding), and so do the authors who write them. */
const WINDOWS_1252 = new Set(['iso-8859-1', 'iso8859-1', 'latin1', 'latin-1', 'us-ascii', 'ascii']);

/** UTF-7 hides markup from every check; the others are iconv-lite's names for no charset at all. */
const NO_CHARSETS = /^(?:utf-?7(?:-?imap)?|base64|hex|binary|cesu-?8|ucs-?2)$/;

/**
 * The text of bytes of unknown origin, by byte order mark, then XML declaration or `<meta>`, then the HTTP charset. What claims
 * to be UTF-8 and is not is read by the next claim. Never throws; what cannot be read becomes U+FFFD.
 */
export function decodeBytes(body: Uint8Array, contentType: string | undefined): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const marked = BYTE_ORDER_MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (marked !== undefined) return iconv.decode(bytes, marked[1]);
  for (const claim of [declaredIn(bytes), charsetOf(contentType ?? ''), 'utf-8']) {
    const text = claim === undefined ? undefined : decodeAs(bytes, claim);
    if (text !== undefined) return text;
  }
  return decodeBroken(bytes);
}

function declaredIn(bytes: Buffer): string | undefined {
  const head = bytes.subarray(0, HEAD_BYTES).toString('latin1');
  const declared =
    /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]+)["']/i.exec(head) ??
    /<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?([\w.:-]+)/i.exec(head);
  const label = declared?.[1]?.toLowerCase();
  // A declaration that can be read as ASCII is not in a charset of two-byte units.
  return label !== undefined && /^(?:utf-?(?:16|32)|ucs-?2)/.test(label) ? 'utf-8' : label;
}

function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1]?.toLowerCase();
}

function decodeAs(bytes: Buffer, label: string): string | undefined {
  if (NO_CHARSETS.test(label)) return undefined;
  if (/^utf-?8$/.test(label)) return decodeUtf8(bytes);
  const name = WINDOWS_1252.has(label) ? 'windows-1252' : label;
  return iconv.encodingExists(name) ? iconv.decode(bytes, name) : undefined;
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-8 with a broken place keeps its other letters; anything else was most likely written on an old Western system. */
function decodeBroken(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  let broken = 0;
  let whole = 0;
  for (const letter of text) {
    if (letter === '\uFFFD') broken += 1;
    else if (letter > '\u007F') whole += 1;
  }
  return whole >= broken ? text : iconv.decode(bytes, 'windows-1252');
}
