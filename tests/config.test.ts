import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ConfigInvalid, readConfig } from '../src/config.ts';

const GOOD = {
  PUBLIC_URL: 'https://echofile.example/',
  ADMIN_TOKEN: 'a'.repeat(24),
  HUBSPOT_APP_ID: '1',
  HUBSPOT_CLIENT_ID: 'id',
  HUBSPOT_CLIENT_SECRET: 'secret',
};
const KEY = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

function faultsOf(source: Record<string, string>): string[] {
  try {
    readConfig(source);
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}
const namesOf = (source: Record<string, string>) =>
  faultsOf(source).map((line) => line.trim().split(':')[0] ?? '');

describe('settings', () => {
  test('that suffice', () => {
    expect(readConfig(GOOD)).toMatchObject({
      PUBLIC_URL: 'https://echofile.example',
      PORT: 3000,
      POLL_SECONDS: 60_000,
    });
  });

  test('that are missing are listed all at once', () => {
    expect(namesOf({}).sort()).toEqual(Object.keys(GOOD).sort());
    for (const line of faultsOf({})) expect(line).toMatch(/is not set$/);
  });

  test('that are empty are not set: the same list, the same defaults', () => {
    const empty = Object.fromEntries(example().map((name) => [name, ' ']));
    expect(faultsOf(empty)).toEqual(faultsOf({}));
    expect(readConfig({ ...empty, ...GOOD })).toEqual(readConfig(GOOD));
  });

  const BAD: Readonly<Record<string, readonly string[]>> = {
    PUBLIC_URL: ['canary-value', 'ftp://canary-value.example'],
    ADMIN_TOKEN: ['canary-value'],
    PORT: ['canary-value', '-1', '65536', '1.5'],
    DATABASE_URL: ['canary-value', 'mysql://canary-value@localhost/x'],
    SECRET_KEYS: ['canary-value', 'k1:canary-value', `${KEY},${KEY}`, ','],
    LOG_LEVEL: ['canary-value'],
    WORKERS: ['canary-value', '-1', '65'],
    POLL_SECONDS: ['canary-value', '0', '-1', '86401', 'Infinity'],
    RECHECK_SECONDS: ['canary-value'],
    FOLLOW_SECONDS: ['canary-value'],
    HUBSPOT_APP_ID: ['canary-value'],
    HUBSPOT_API_URL: ['canary-value'],
    HUBSPOT_AUTHORIZE_URL: ['canary-value'],
    CLOCK_START: ['canary-value'],
    TEST_HOSTS: ['canary-value'],
  };
  test.each(Object.entries(BAD).flatMap(([name, values]) => values.map((value) => [name, value])))(
    'wrong in %s (%s) are told by name and never by value',
    (name, value) => {
      const faults = faultsOf({ ...GOOD, SECRET_KEYS: KEY, [name]: value });
      expect(faults.length).toBeGreaterThan(0);
      for (const fault of faults) expect(fault).toMatch(new RegExp(`^  ${name}: .{5,}`));
      expect(faults.join()).not.toMatch(/canary-value|AQEBAQ/);
    },
  );

  test('wrong in every place are told in one go', () => {
    const bad = Object.fromEntries(
      Object.entries(BAD).map(([name, [value = '']]) => [name, value]),
    );
    expect(new Set(namesOf(bad))).toEqual(
      new Set([...Object.keys(BAD), 'HUBSPOT_CLIENT_ID', 'HUBSPOT_CLIENT_SECRET']),
    );
  });

  test('of a server of its own need keys, also when something else is missing', () => {
    const DATABASE_URL = 'postgres://localhost/echofile';
    expect(namesOf({ ...GOOD, DATABASE_URL })).toEqual(['SECRET_KEYS']);
    expect(namesOf({ DATABASE_URL })).toContain('SECRET_KEYS');
    expect(namesOf({ ...GOOD, DATABASE_URL, SECRET_KEYS: KEY })).toEqual([]);
  });
});

const EXAMPLE = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
const example = () => [...EXAMPLE.matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);

describe('.env.example', () => {
  test('names exactly the settings that are read', () => {
    expect(example().sort()).toEqual(
      Object.keys(
        readConfig({
          ...GOOD,
          SECRET_KEYS: KEY,
          DATABASE_URL: 'postgres://localhost/x',
          ...OPTIONAL,
        }),
      ).sort(),
    );
  });

  test('explains every one of them', () => {
    for (const paragraph of EXAMPLE.split(/\n\s*\n/))
      if (paragraph.includes('=')) expect(paragraph).toMatch(/^#/);
  });

  test('shows defaults that are the defaults', () => {
    const shown = Object.fromEntries(
      [...EXAMPLE.matchAll(/^([A-Z][A-Z0-9_]*)=(.+)$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
    expect(readConfig({ ...shown, ...GOOD })).toEqual(readConfig(GOOD));
  });
});

/** Keys whose values are optional only appear once they are given. */
const OPTIONAL = {
  HUBSPOT_PREVIOUS_CLIENT_SECRET: 'x',
  HUBSPOT_APP_EVENT_TYPE: 'x',
  HUBSPOT_API_URL: 'http://localhost',
  HUBSPOT_AUTHORIZE_URL: 'http://localhost',
  CLOCK_START: '2026-01-01T00:00:00Z',
};
