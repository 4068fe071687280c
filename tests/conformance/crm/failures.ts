import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import type { CrmConnector } from '../../../src/contract/crm.ts';
import { ConnectorError, type Failure } from '../../../src/contract/errors.ts';
import { entryFor, strike, type CrmSuite, type Fault, type Scene } from './scene.ts';

const FAULTS: readonly (readonly [string, Fault, Failure['code']])[] = [
  ['status 401', { kind: 'answer', status: 401, body: '{"status":"error"}' }, 'AUTH_EXPIRED'],
  ['status 403', { kind: 'answer', status: 403, body: '{"status":"error"}' }, 'MISCONFIGURED'],
  ['status 429', { kind: 'answer', status: 429, body: '{"status":"error"}' }, 'RATE_LIMITED'],
  ['status 500', { kind: 'answer', status: 500, body: '<html>' }, 'UNAVAILABLE'],
  ['status 503', { kind: 'answer', status: 503, body: '' }, 'UNAVAILABLE'],
  [
    'half a JSON',
    { kind: 'answer', status: 200, body: '{"results":[{"id":"7"' },
    'UNEXPECTED_SHAPE',
  ],
  ['another shape', { kind: 'answer', status: 200, body: '{"items":[]}' }, 'UNEXPECTED_SHAPE'],
  ['a reset line', { kind: 'reset' }, 'UNAVAILABLE'],
];

export function failureLaws({ fields, hasWire }: CrmSuite, scene: Scene): void {
  const onTheWire = hasWire ? test : test.skip;
  const personal = 'private@example.com';
  const calls: Readonly<Record<string, (crm: CrmConnector) => Promise<unknown>>> = {
    check: (crm) => crm.check(),
    'list contacts': (crm) => crm.listContacts([fields.email]),
    'read contacts': (crm) => crm.readContacts([fields.email], ['1']),
    'update contacts': (crm) =>
      crm.updateContacts([{ contactId: '1', fields: { [fields.email]: personal } }]),
    'put entries': (crm) => crm.putEntries([{ ...entryFor('1'), text: personal }]),
    'remove entries': (crm) => crm.removeEntries(['any']),
  };
  const cases = Object.entries(calls).flatMap(([name, call]) =>
    FAULTS.map(([what, fault, code]) => ({ name, what, fault, code, call })),
  );

  onTheWire.each(cases)('$name: $what is told as $code', async ({ fault, code, call }) => {
    strike(scene, fault);
    const error = await call(scene.crm).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConnectorError);
    expect((error as ConnectorError).failure.code).toBe(code);
    const shown = [inspect(error, { depth: null }), JSON.stringify(error), String(error)].join();
    for (const secret of [...scene.fixture.secrets, personal]) expect(shown).not.toContain(secret);
  });

  onTheWire('waits as long as the vendor says', async () => {
    strike(scene, { kind: 'answer', status: 429, headers: { 'retry-after': '3' }, body: '{}' });
    await expect(scene.crm.check()).rejects.toMatchObject({
      failure: { code: 'RATE_LIMITED', retryAfterMs: 3_000 },
    });
  });
}
