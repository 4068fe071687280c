import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import parseSecurely from 'secure-json-parse';
import { HttpRefusal } from './errors.ts';

const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/**
 * `request.body` as JSON in UTF-8, undefined where there is none. Stricter than express.json, which takes other charsets,
 * repairs broken UTF-8 without a word and lets `__proto__` keys through.
 */
export function jsonBody(limit: string): RequestHandler[] {
  return [
    express.raw({ type: () => true, limit, inflate: false }),
    (request, _response, next) => {
      const bytes: unknown = request.body;
      request.body = Buffer.isBuffer(bytes) && bytes.length > 0 ? read(request, bytes) : undefined;
      next();
    },
  ];
}

function read({ headers }: Parameters<RequestHandler>[0], bytes: Buffer): unknown {
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) {
    throw new HttpRefusal(415, {
      code: 'not_json',
      message: 'The body must be JSON in UTF-8.',
      next: 'Send `Content-Type: application/json`.',
    });
  }
  try {
    if (isUtf8(bytes)) return parseSecurely(bytes.toString('utf8')) as unknown;
  } catch {
    // Without the cause: a SyntaxError quotes the text.
  }
  throw new HttpRefusal(400, { code: 'bad_json', message: 'The body is not well-formed JSON.' });
}
