import { afterAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auc } from '../../bench/score/auc.ts';

const folder = mkdtempSync(join(tmpdir(), 'echofile-score-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(content: string): string {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.csv`);
  writeFileSync(file, content);
  return file;
}

async function bench(...flags: readonly string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ['bench/score.ts', ...flags], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

const HEAD = 'network,followers,lists,mentions_received,last_post_at';

describe('npm run bench:score', () => {
  test('reads a file as people save it and says the parts of each account', async () => {
    const file = fileWith(
      `\uFEFFname;${HEAD.replaceAll(',', ';')};posts\r\n"Ada; ""A""";bluesky;12000;40;;2026-11-20;7\r\n;x;;;;;\r\n`,
    );
    const { stdout } = await bench('--accounts', file, '--now', '2026-11-21', '--json');
    const [ada, unknown] = (JSON.parse(stdout) as { rows: Record<string, unknown>[] }).rows;
    expect(ada).toMatchObject({
      line: 2,
      network: 'bluesky',
      coverage: 50,
      measured: { engagement: null, network: null },
    });
    const parts = ['reach', 'engagement', 'curation', 'graph'].map((part) => Number(ada?.[part]));
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(Number(ada?.exact), 4);
    expect(unknown).toMatchObject({ line: 3, score: 0, coverage: 0, up_to: 100 });
  });

  test('shows what is unknown as unknown', async () => {
    const { stdout } = await bench('--accounts', fileWith(`${HEAD}\nx,500,3,,\n`));
    expect(stdout.split('\n')[1]?.trim().split(/\s+/).slice(-4)).toEqual([
      expect.stringMatching(/^\d+\.\d$/),
      '?',
      expect.stringMatching(/^\d+\.\d$/),
      '?',
    ]);
  });

  test('orders pairs, and says how often as people did', async () => {
    const head = 'choice,a_followers,a_lists,b_followers,b_lists';
    const rows = ['1,5000,90,10,0', 'B,10,0,5000,90', 'A,900,5,20,0', '0,20,0,900,5'];
    const file = fileWith([head, ...rows].join('\n'));
    const { stdout } = await bench('--accounts', file, '--pairs', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ pairs: 4, auc: 1, parts: { engagement: 0.5 } });
  });

  test.each<[string, string, RegExp]>([
    [
      'a separator in a number',
      `${HEAD}\nx,"1,200",,,\n`,
      /line 2, column followers: "1,200" is no count/,
    ],
    [
      'a negative count',
      `${HEAD}\nx,1,,,\nx,-1,,,\n`,
      /line 3, column followers: "-1" is no count/,
    ],
    [
      'a time that is none',
      `${HEAD}\nx,1,,,yesterday\n`,
      /line 2, column last_post_at: "yesterday" is no time/,
    ],
    ['an impossible day', `${HEAD}\nx,1,,,2026-13-01\n`, /line 2, column last_post_at/],
    ['a network that is none', `${HEAD}\n"Drop table;",1,,,\n`, /line 2, column network/],
    ['a value too many', `${HEAD}\nx,1,,,,9\n`, /line 2/],
    ['an open quote', `${HEAD}\n"x,1,,,\n`, /line \d/],
    ['no column of ours', 'a,b\n1,2\n', /line 1: none of the columns/],
    ['nothing', '', /line 1/],
    ['a line break inside a value', `name,${HEAD}\n"A\nB",x,no,,,\n`, /line 3, column followers/],
  ])('names file, line and column of %s', async (_, content, message) => {
    const file = fileWith(content);
    const { code, stderr } = await bench('--accounts', file);
    expect(code).toBe(2);
    expect(stderr).toContain(file);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ at .*\.ts:\d/);
  });

  test('names a choice that is none, and a missing column of choices', async () => {
    const bad = await bench(
      '--pairs',
      '--accounts',
      fileWith('choice,a_lists,b_lists\nleft,1,2\n'),
    );
    expect(bad.stderr).toMatch(/line 2, column choice: "left" is no choice; write A or 1/);
    const missing = await bench('--pairs', '--accounts', fileWith('a_lists,b_lists\n1,2\n'));
    expect(missing.stderr).toMatch(/line 1: there is no column "choice"/);
  });

  test('measures how fast contacts are scored', async () => {
    const { stdout } = await bench('--recompute', '500');
    expect(JSON.parse(stdout)).toMatchObject({ contacts: 500, perSecond: expect.any(Number) });
  });

  test('says how it is used', async () => {
    expect((await bench('--help')).stdout).toContain('A or 1');
    expect((await bench()).code).toBe(2);
    expect((await bench('--unknown')).stderr).toContain('npm run bench:score');
  });
});

test('the area under the curve counts ties as half', () => {
  expect(auc([2, 1, -1, -2], [true, true, false, false])).toBe(1);
  expect(auc([2, 1, -1, -2], [false, false, true, true])).toBe(0);
  expect(auc([0, 0, 0], [true, false, true])).toBe(0.5);
  expect(auc([3, 1, 2], [true, true, false])).toBe(0.5);
  expect(auc([1, 2], [true, true])).toBeUndefined();
});
