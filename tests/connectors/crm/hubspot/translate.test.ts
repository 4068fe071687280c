import { describe, expect, test } from '@jest/globals';
import { kindOf, toContact, toEvent } from '../../../../connectors/crm/hubspot/translate.ts';
import { noteBody } from '../../../../connectors/crm/hubspot/note-body.ts';
import { entryFor } from '../../../conformance/crm.ts';

test('a contact has the fields asked for, and none that are empty', () => {
  const wire = {
    id: '5',
    updatedAt: '2026-11-01T00:00:00Z',
    properties: { email: 'a@example.com', phone: null, website: '', hs_object_id: '5' },
  };
  expect(toContact(wire, ['email', 'phone', 'website'])).toEqual({
    id: '5',
    fields: { email: 'a@example.com' },
    updatedAt: new Date('2026-11-01T00:00:00Z'),
  });
});

describe('an event', () => {
  const base = { portalId: '1', subscriptionType: '', eventId: '3', occurredAt: 9, objectId: '5' };

  test.each([
    ['contact.creation', undefined, 'created'],
    ['contact.propertyChange', undefined, 'changed'],
    ['contact.deletion', undefined, 'deleted'],
    ['contact.restore', undefined, 'restored'],
    ['contact.merge', undefined, 'merged'],
    ['contact.privacyDeletion', undefined, 'erased'],
    ['object.creation', '0-1', 'created'],
    ['object.merge', '0-1', 'merged'],
    ['object.creation', '0-2', undefined],
    ['contact.associationChange', undefined, undefined],
    ['deal.creation', undefined, undefined],
  ])('%s of type %s is %s', (subscriptionType, objectTypeId, kind) => {
    expect(kindOf({ subscriptionType, objectTypeId })).toBe(kind);
  });

  test('says which field has which value now', () => {
    const change = { ...base, propertyName: 'email', propertyValue: null };
    expect(toEvent(change, 'changed')?.change).toEqual({ field: 'email', value: '' });
  });

  test.each([
    ['the primary survives', { primaryObjectId: '1', mergedObjectIds: ['2', '1'] }, '1', ['2']],
    [
      'a new record survives',
      { primaryObjectId: '1', mergedObjectIds: ['2'], newObjectId: '9' },
      '9',
      ['2', '1'],
    ],
    ['only the object is named', { mergedObjectIds: ['2'] }, '5', ['2']],
  ])('of a merge: %s', (_, ids, contactId, mergedIds) => {
    expect(toEvent({ ...base, ...ids }, 'merged')).toMatchObject({ contactId, mergedIds });
  });

  test('that names no contact is none', () => {
    expect(toEvent({ ...base, objectId: undefined }, 'deleted')).toBeUndefined();
  });
});

describe('the body of a note', () => {
  const tags = (html: string): string[] => html.match(/<[^>]*>/g) ?? [];
  const usual = tags(noteBody(entryFor('5')));

  test('holds hostile text harmless', () => {
    const hostile = `</p><script>alert(1)</script><img src=x onerror="a">'{{contact.email}}&\u202e\u0000`;
    const entry = { ...entryFor('5'), text: hostile, author: hostile, reason: hostile };
    const html = noteBody({ ...entry, network: hostile });
    expect(tags(html)).toEqual(usual);
    for (const sign of ['{', '}', '\u202e', '\u0000']) expect(html).not.toContain(sign);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', ' https://a', 'https://', undefined])(
    'links nothing but web addresses: %j',
    (url) => {
      expect(noteBody({ ...entryFor('5'), url })).not.toContain('<a ');
    },
  );

  test('keeps a quotation mark of an address inside its attribute', () => {
    const html = noteBody({ ...entryFor('5'), url: 'https://a.example/"onclick="x' });
    expect(tags(html)).toHaveLength(usual.length);
    expect(html).toContain('href="https://a.example/&quot;onclick=&quot;x"');
  });

  test('fits HubSpot’s limit and ends in whole characters', () => {
    for (const sign of ['&', 'ä', '👩', '\n']) {
      const html = noteBody({ ...entryFor('5'), text: sign.repeat(65_536), language: 'de' });
      expect(html.length).toBeLessThanOrEqual(65_536);
      expect(html.length).toBeGreaterThan(65_500);
      expect(html).toContain('… (gekürzt)</p>');
      expect(html.isWellFormed()).toBe(true);
    }
  });

  test('speaks the language of the entry', () => {
    const entry = { ...entryFor('5'), edited: true };
    expect(noteBody({ ...entry, language: 'de' })).toContain('Erwähnung auf Bluesky');
    expect(noteBody({ ...entry, language: 'de' })).toContain('(bearbeitet)');
    expect(noteBody({ ...entry, language: 'en' })).toContain('Mention on Bluesky');
  });
});
