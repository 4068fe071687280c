import { describe, expect, test } from '@jest/globals';

import { createLogger, type LogEvent, type LogLevel } from '../../src/platform/logger.ts';
import { workOf } from '../fixtures/work.ts';

const CANARIES = {
  email: 'erika.mustermann@example.org',
  encodedEmail: 'erika.mustermann%40example.org',
  hubspotToken: 'pat-na1-2f1e7c80-9a4b-4c39-8f5e-0c7a1d9e5b11',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg',
  bearer: 'Bearer s3cr3t-short',
  password: 'hunter2hunter2',
  salesforceSession: '00D5g00000ABCDE!AQoAQH0xJ7kq2v8ZrT1bN4wLmY6sDfGh',
  phone: '+49 171 5551234',
} as const;

function captured(level: LogLevel = 'debug') {
  const lines: string[] = [];
  const logger = createLogger({ level, destination: { write: (line) => lines.push(line) } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

function expectNoCanary(output: string) {
  for (const [name, canary] of Object.entries(CANARIES)) {
    expect({ name, leaked: output.includes(canary) }).toEqual({ name, leaked: false });
  }
  expect(output).not.toMatch(/mustermann|s3cr3t|hunter2|AQoAQH0|5551234|2f1e7c80/);
}

const everyCanary = Object.values(CANARIES).join(' ');

describe('logger', () => {
  test('writes one JSON object per line with the listed fields', () => {
    const { logger, last } = captured();
    logger.info({ event: 'batch_pushed', workspace: 'w1', count: 3, adopted: true }, 'pushed');
    expect(last()).toMatchObject({
      level: 'info',
      service: 'echofile',
      event: 'batch_pushed',
      workspace: 'w1',
      count: 3,
      adopted: true,
      message: 'pushed',
    });
  });

  test('says nothing below its level', () => {
    const { logger, lines } = captured('warn');
    logger.info({ event: 'quiet' }, 'quiet');
    logger.debug({ event: 'quiet' }, 'quiet');
    expect(lines).toEqual([]);
    logger.error({ event: 'loud' }, 'loud');
    expect(lines).toHaveLength(1);
  });

  test('a child adds its fields to each line and scrubs them too', () => {
    const { logger, last } = captured();
    logger.child({ workspace: 'w1', connection: CANARIES.email }).warn({ event: 'slow' }, 'slow');
    expect(last()).toMatchObject({ workspace: 'w1', connection: '[email]', event: 'slow' });
  });

  test('drops what is not listed, and counts it', () => {
    const { logger, lines, last } = captured();
    const fields = {
      event: 'contact_read',
      count: { deep: { deeper: { deepest: CANARIES.password } } },
      contact: [CANARIES.email],
      body: everyCanary,
      [CANARIES.email]: 'as a key',
    };
    logger.info(fields as unknown as LogEvent, 'read');
    expectNoCanary(lines.join(''));
    expect(last()).toMatchObject({ event: 'contact_read', dropped: 4 });
  });

  test.each(Object.entries(CANARIES))(
    'scrubs %s from listed values and from the text',
    (_, canary) => {
      const { logger, lines } = captured();
      const text = canary === CANARIES.password ? `password=${canary}` : canary;
      logger.info({ event: 'x', reason: `because ${text}, yes`, path: text }, `said: ${text}.`);
      expectNoCanary(lines.join(''));
    },
  );

  test.each([
    `postgres://admin:${CANARIES.password}@db.internal/echofile`,
    `https://api.example.org/contacts?email=${CANARIES.encodedEmail}&k=1`,
    `https://${CANARIES.email}:${CANARIES.password}@feeds.example.org/rss`,
    `{"access_token":"${CANARIES.password}"}`,
    `client_secret = '${CANARIES.password}'`,
    `mailto:${CANARIES.email}`,
    `(${CANARIES.email})<${CANARIES.email}>`,
  ])('scrubs %s', (text) => {
    const { logger, lines } = captured();
    logger.info({ event: 'x', reason: text }, text);
    expectNoCanary(lines.join(''));
  });

  test('of an error only class, code and places remain, along the chain of causes', () => {
    const { logger, lines, last } = captured();
    const cause = Object.assign(new TypeError(everyCanary), {
      code: 'ECONNRESET',
      body: everyCanary,
    });
    const middle = new Error(`first line\n    at ${CANARIES.email}:1:1\n${everyCanary}`, { cause });
    const error = Object.assign(new Error(everyCanary, { cause: middle }), {
      code: '23505',
      detail: everyCanary,
      response: { headers: { authorization: CANARIES.bearer } },
    });
    logger.error({ event: 'push_failed', error }, `push failed for ${CANARIES.email}`);
    expectNoCanary(lines.join(''));
    expect(last()).toMatchObject({
      error: {
        name: 'Error',
        code: '23505',
        at: expect.arrayContaining([expect.stringContaining('logger.test.ts')]),
        cause: { name: 'Error', cause: { name: 'TypeError', code: 'ECONNRESET' } },
      },
    });
  });

  test('an error that vouches for its text keeps it, scrubbed', () => {
    const { logger, lines, last } = captured();
    const error = Object.assign(new Error(everyCanary), {
      name: CANARIES.email,
      code: CANARIES.email,
      logMessage: `two words for ${CANARIES.email}`,
    });
    logger.error({ event: 'x', error }, 'x');
    expectNoCanary(lines.join(''));
    expect(last()).toMatchObject({ error: { name: 'Error', message: 'two words for [email]' } });
  });

  test.each([[everyCanary], [{ message: everyCanary }], [null], [undefined], [42]])(
    'something else thrown (%#) shows its type only',
    (error) => {
      const { logger, lines } = captured();
      logger.error({ event: 'x', error }, 'x');
      expectNoCanary(lines.join(''));
      expect(lines).toHaveLength(1);
    },
  );

  test('a chain of causes that bites its tail ends', () => {
    const { logger, lines } = captured();
    const error = new Error('round');
    error.cause = error;
    logger.error({ event: 'x', error }, 'x');
    expect(lines).toHaveLength(1);
  });

  test('a token at the place where long text is cut does not survive in part', () => {
    const { logger, lines } = captured();
    logger.info({ event: 'x' }, `${'a '.repeat(240)}${CANARIES.hubspotToken}`);
    expectNoCanary(lines.join(''));
  });

  test('keeps what operators need: UUIDs, numeric ids, paths, event names', () => {
    const { logger, last } = captured();
    const workspace = '018f6a52-7b1c-7c11-9f54-0a8f3a1e2b33';
    logger.info(
      {
        event: 'job_done',
        workspace,
        job: '12345678901234567890',
        path: '/var/lib/echofile/postgres',
      },
      'done in 12 ms (at 10:31)',
    );
    expect(last()).toMatchObject({
      workspace,
      job: '12345678901234567890',
      path: '/var/lib/echofile/postgres',
      message: 'done in 12 ms (at 10:31)',
    });
  });

  test('an event that is not snake_case is marked, since it may be text', () => {
    const { logger, last } = captured();
    logger.info({ event: `Failed for ${CANARIES.email}` }, 'x');
    expect(last()).toMatchObject({ event: 'misnamed_event' });
  });

  test('hostile text is scrubbed in linear time', () => {
    const { logger } = captured();
    const work = workOf(() => {
      for (const piece of ['a@', '?=', 'a.', '+1 ', 'x://', 'token ', '_-secret']) {
        logger.info({ event: 'x' }, piece.repeat(100_000));
      }
    });
    expect(work).toBeLessThan(2000);
  });
});
