import { describe, expect, test } from '@jest/globals';
import {
  connectionFailure,
  grantFailure,
  untilMidnight,
} from '../../../../connectors/crm/hubspot/failures.ts';
import { refusalOf } from '../../../../connectors/crm/hubspot/refusals.ts';

const now = new Date('2026-11-21T20:00:00Z');
const occasion = { where: 'GET /any', now, timeZone: 'Europe/Berlin' };
const reply = (status: number, body: unknown = {}, retryAfter?: string) => ({
  status,
  body,
  retryAfter,
});

describe('a failure of the whole connection', () => {
  test.each([
    ['ten seconds', reply(429, { policyName: 'TEN_SECONDLY_ROLLING' }), 10_000],
    ['one second', reply(429, { policyName: 'SECONDLY' }), 1_000],
    ['the rest of the day', reply(429, { policyName: 'DAILY' }), 3 * 3_600_000],
    ['what the header says', reply(429, { policyName: 'DAILY' }, '7'), 7_000],
    ['until the date in the header', reply(429, {}, 'Sat, 21 Nov 2026 20:01:00 GMT'), 60_000],
    ['ten seconds for an unknown policy', reply(429, { policyName: 'NEW' }, 'soon'), 10_000],
    ['at least two seconds when locked', reply(423, {}, '1'), 2_000],
    ['as long as a move takes', reply(477, {}, '86400'), 86_400_000],
    ['never longer than a day', reply(477, {}, '999999999'), 86_400_000],
  ])('waits %s', (_, answer, retryAfterMs) => {
    const failure = { code: 'RATE_LIMITED', retryAfterMs };
    expect(connectionFailure(answer, occasion)).toEqual(failure);
  });

  test.each([
    [401, 'AUTH_EXPIRED'],
    [403, 'MISCONFIGURED'],
    [408, 'UNAVAILABLE'],
    [500, 'UNAVAILABLE'],
    [502, 'UNAVAILABLE'],
    [524, 'UNAVAILABLE'],
    [418, 'UNEXPECTED_SHAPE'],
  ])('status %i is %s', (status, code) => {
    expect(connectionFailure(reply(status), occasion)?.code).toBe(code);
  });

  test.each([400, 404, 409])('status %i is about the records sent', (status) => {
    expect(connectionFailure(reply(status), occasion)).toBeUndefined();
  });

  test('midnight is the portal’s own, and of UTC where its zone is unknown', () => {
    expect(untilMidnight(now, 'America/New_York')).toBe(9 * 3_600_000);
    expect(untilMidnight(now, 'Atlantis/Capital')).toBe(4 * 3_600_000);
  });
});

describe('a refused grant', () => {
  test.each([
    ['revoked', { error: 'invalid_grant', status: 'BAD_REFRESH_TOKEN' }, 'AUTH_EXPIRED'],
    ['portal gone', { error: 'access_denied', status: 'BAD_HUB' }, 'AUTH_EXPIRED'],
    ['our id', { error: 'invalid_client', status: 'BAD_CLIENT_ID' }, 'MISCONFIGURED'],
    ['our secret', { error: 'invalid_grant', status: 'BAD_CLIENT_SECRET' }, 'MISCONFIGURED'],
    ['something new', { error: 'purple', status: 'PURPLE' }, 'UNEXPECTED_SHAPE'],
    ['no words at all', undefined, 'UNEXPECTED_SHAPE'],
  ])('%s', (_, body, code) => {
    expect(grantFailure(reply(400, body), 'refresh_token', occasion).code).toBe(code);
    expect(grantFailure(reply(401, body), 'refresh_token', occasion).code).toBe(code);
  });

  test.each([
    [429, 'RATE_LIMITED'],
    [423, 'RATE_LIMITED'],
    [477, 'RATE_LIMITED'],
    [503, 'UNAVAILABLE'],
  ])('status %i passes by itself', (status, code) => {
    expect(grantFailure(reply(status), 'refresh_token', occasion).code).toBe(code);
  });

  test('a used code is refused; it withdraws nothing', () => {
    const body = { error: 'invalid_grant', status: 'BAD_AUTH_CODE' };
    expect(grantFailure(reply(400, body), 'authorization_code', occasion).code).toBe('REJECTED');
  });
});

describe('a refused record', () => {
  const embedded = (error: string, name: string): unknown => ({
    category: 'VALIDATION_ERROR',
    message: `Property values were not valid: ${JSON.stringify([
      { isValid: false, message: 'ada@example.com is wrong', error, name },
    ])}`,
  });

  test.each([
    ['behind the message', embedded('INVALID_OPTION', 'colour'), ['colour'], /options/],
    [
      'in the list of errors',
      {
        category: 'VALIDATION_ERROR',
        errors: [{ code: 'PROPERTY_DOESNT_EXIST', context: { propertyName: ['size'] } }],
      },
      ['size'],
      /no such property/,
    ],
    [
      'as a rule of the portal',
      {
        category: 'VALIDATION_ERROR',
        errors: [{ code: 'MISSING_REQUIRED_PROPERTY', context: { propertyName: ['phone'] } }],
      },
      ['phone'],
      /requires/,
    ],
    ['as a word we do not know', { category: 'PURPLE_RULE' }, [], /PURPLE_RULE/],
    ['as no JSON we know', 'ada@example.com', [], /refused/],
  ])('says the field and the reason, %s', (_, body, fields, reason) => {
    const refusal = refusalOf(body);
    expect(refusal.fields).toEqual(fields);
    expect(refusal.reason).toMatch(reason);
    expect(JSON.stringify(refusal)).not.toContain('ada@example.com');
  });

  test('never shows a value, not even where a name should be', () => {
    const body = {
      category: 'ada@example.com',
      message: 'Contact already exists. Existing ID: 5 [{"name":"Ada Lovelace","error":"Ada"}]',
      errors: [{ code: 'bo@example.com', in: 'Bo Berg', message: 'Bo' }],
    };
    expect(refusalOf(body)).toEqual({
      gone: false,
      fields: [],
      reason: 'HubSpot refused the record.',
    });
  });
});
