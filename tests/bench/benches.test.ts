import { execFile } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { z } from 'zod';

const positive = z.number().positive();
const figures = z.object({ perSecond: positive, p50: positive, p99: positive });
const verdict = { verdict: z.enum(['PASS', 'FAIL']), faults: z.array(z.string()) };
const lane = z.object({
  calls: positive,
  callsPer1000: positive,
  seconds: z.number(),
  share: z.number(),
});

/** What the bench prints. Its exit code says whether the machine is fast enough, which is not this test's business. */
async function run(script: string, flags: readonly string[]): Promise<unknown> {
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [script, ...flags],
      { encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (stdout === '') reject(new Error(stderr, { cause: error }));
        else resolve(stdout);
      },
    );
  });
  return JSON.parse(output);
}

test('the ingest bench measures both handlers and finds every accepted request stored', async () => {
  const result = await run('bench/ingest.ts', ['--seconds', '1', '--rounds', '1']);
  const shape = z.looseObject({
    ours: figures,
    bare: figures,
    ratio: positive,
    eventsPerSecond: positive,
    withWorkers: figures.extend({ ratio: positive }),
    accepted: positive,
    ...verdict,
  });
  expect(shape.parse(result)).toMatchObject({ durable: true, refused: 0 });
}, 120_000);

test('the sync bench delivers every field and entry within the rate limit', async () => {
  const result = await run('bench/sync.ts', ['--contacts', '300', '--tries', '2']);
  const shape = z.looseObject({
    mirror: z.object({ seconds: positive, calls: positive }),
    planning: z.object({ accounts: z.literal(302), seconds: positive }),
    drain: z.object({
      fields: lane,
      entries: lane,
      rateLimited: z.literal(0),
      unfinished: z.literal(0),
    }),
    latency: z.object({ tries: z.literal(2), p50: positive, p95: positive }),
    ...verdict,
  });
  expect(shape.parse(result).drain.fields.calls).toBeLessThanOrEqual(6);
}, 180_000);
