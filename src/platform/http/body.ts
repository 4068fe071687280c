import { pipeline } from 'node:stream';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { OutboundError } from './outboundError.ts';

export interface BodyLimits {
  readonly host: string;
  readonly maxBytes: number;
}

export const ACCEPTED_ENCODINGS = 'gzip, br, deflate';

/** Reads a body to its end, unpacked. Both the received and the unpacked bytes are counted while they come in. */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  limits: BodyLimits,
): Promise<Uint8Array> {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > 1) throw new OutboundError('unreachable', limits.host, 'content encoding');
  const received = counted(body, limits);
  const first = await received.next();
  if (first.done === true) return new Uint8Array();
  const whole = prepend(first.value, received);
  const name = names[0];
  if (name === undefined) return collect(whole, limits);
  return collect(unpacked(whole, unpackerFor(name, first.value, limits)), limits);
}

async function* counted(body: Readable, limits: BodyLimits): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    total += bytes.length;
    if (total > limits.maxBytes) throw new OutboundError('too_large', limits.host);
    if (bytes.length > 0) yield bytes;
  }
}

async function* prepend(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function* unpacked(source: AsyncGenerator<Buffer>, unpacker: Transform) {
  // The callback form: a failure destroys the unpacker with the same error, which the loop below then throws.
  pipeline(source, unpacker, () => undefined);
  for await (const chunk of unpacker) yield chunk as Buffer;
}

function unpackerFor(name: string, first: Buffer, limits: BodyLimits): Transform {
  if (name === 'gzip' || name === 'x-gzip') return createGunzip();
  if (name === 'br') return createBrotliDecompress();
  // "deflate" is zlib by RFC 9110, but some servers send it raw; a zlib header has 8 in its low nibble.
  if (name === 'deflate')
    return ((first[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
  throw new OutboundError('unreachable', limits.host, 'content encoding');
}

async function collect(source: AsyncIterable<Buffer>, limits: BodyLimits): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > limits.maxBytes) throw new OutboundError('too_large', limits.host);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
