import { expect, test } from '@jest/globals';
import type { CrmWebhook, RawRequest } from '../../../src/contract/definition.ts';
import { ConnectorError } from '../../../src/contract/errors.ts';
import type { Announcement, CrmSuite, Scene } from './scene.ts';

export function webhookLaws({ capabilities }: CrmSuite, scene: Scene): void {
  const at = new Date('2026-11-02T10:00:00Z');
  const later = (ms: number): Date => new Date(at.getTime() + ms);
  const own = (): { webhook: CrmWebhook; announce: Announcement } => {
    const { webhook, announce } = scene.fixture;
    if (webhook === undefined || announce === undefined)
      throw new Error('A connector with webhooks must say how its vendor announces.');
    return { webhook, announce };
  };
  const signed = capabilities.webhooks ? test : test.skip;

  test('receives webhooks exactly when it says so', () => {
    expect(scene.fixture.webhook !== undefined).toBe(capabilities.webhooks);
  });

  signed('believes a signed request, byte for byte, and hands it out by account', () => {
    const { webhook, announce } = own();
    const verdict = webhook.receive(announce.sign(announce.body, at), at);
    expect(verdict).toMatchObject({
      verdict: 'accepted',
      parcels: [{ accountId: scene.fixture.accountId }],
    });
    const [parcel] = verdict.verdict === 'accepted' ? verdict.parcels : [];
    expect(webhook.events(parcel?.body ?? Buffer.of())).toHaveLength(parcel?.count ?? 0);
  });

  signed.each<[string, (request: RawRequest) => RawRequest, Date]>([
    ['unsigned', (r) => ({ ...r, headers: {} }), at],
    ['altered', (r) => ({ ...r, body: Buffer.from(Buffer.from(r.body).toString().trim()) }), at],
    ['sent elsewhere', (r) => ({ ...r, url: 'https://elsewhere.example/' }), at],
    ['sent another way', (r) => ({ ...r, method: 'PUT' }), at],
    ['stale', (r) => r, later(300_001)],
    ['from the future', (r) => r, later(-300_001)],
  ])('does not believe a request that is %s', (_, change, now) => {
    const { webhook, announce } = own();
    const request = change(announce.sign(announce.body, at));
    expect(webhook.receive(request, now).verdict).toBe('refused');
  });

  signed.each([
    ['not JSON', '[{'],
    ['empty', ''],
    ['nothing', 'null'],
    ['a number', '[1]'],
    ['another shape', '{"hello":"world"}'],
    ['a tower', '['.repeat(50_000) + ']'.repeat(50_000)],
    ['a prototype', '[{"__proto__":{"portalId":1}}]'],
  ])('calls a signed body malformed that is %s', (_, body) => {
    const { webhook, announce } = own();
    const request = announce.sign(Buffer.from(body), at);
    expect(webhook.receive(request, at).verdict).toBe('malformed');
  });

  signed('the same event has the same key at every delivery', () => {
    const { webhook, announce } = own();
    const keys = [announce.body, announce.redelivered].map((body) => {
      const verdict = webhook.receive(announce.sign(body, at), at);
      const parcels = verdict.verdict === 'accepted' ? verdict.parcels : [];
      return parcels.flatMap((p) => webhook.events(p.body)).map((e) => e.key);
    });
    expect(keys[0]).not.toEqual([]);
    expect(new Set(keys[0]).size).toBe(keys[0]?.length);
    expect(keys[1]).toEqual(keys[0]);
  });

  signed('a stored parcel that is spoilt is told as such', () => {
    expect(() => own().webhook.events(Buffer.from('{"spoilt":'))).toThrow(ConnectorError);
  });
}
