import type { ContactPage } from '../../../src/contract/crm.ts';
import { hubspotError } from './failures.ts';
import { objects } from './paths.ts';
import type { Session } from './session.ts';
import { toContact } from './translate.ts';
import { recordPage, type WireRecord } from './wire.ts';

const SEARCH = `${objects('contacts')}/search`;
const PAGE_SIZE = 200;
const CHANGED = 'lastmodifieddate';
const ID = 'hs_object_id';

/**
 * Where a read of changes stands. HubSpot's own `after` is a place in a list that moves while we read, and ends at
 * 10,000 (BEHAVIOR 8). So each page asks anew from the last value seen: by time, and where one moment fills a page, by
 * id within that moment.
 */
type Position = { readonly from: number } | { readonly at: number; readonly afterId: string };

export async function changedContacts(
  session: Session,
  fields: readonly string[],
  { since, after }: { readonly since: Date; readonly after: string | undefined },
): Promise<ContactPage> {
  const here = after === undefined ? { from: since.getTime() } : decode(after);
  const body = { ...question(here), properties: [...fields, CHANGED], limit: PAGE_SIZE };
  const page = await session.call({ method: 'POST', path: SEARCH, body }, recordPage, 'search');
  const next = following(here, page.results);
  return {
    contacts: page.results.map((wire) => toContact(wire, fields)),
    next: next === undefined ? undefined : encode(next),
  };
}

function question(here: Position): object {
  if ('from' in here)
    return {
      filterGroups: [{ filters: [filter(CHANGED, 'GTE', here.from)] }],
      sorts: [{ propertyName: CHANGED, direction: 'ASCENDING' }],
    };
  return {
    filterGroups: [
      {
        filters: [
          filter(CHANGED, 'GTE', here.at),
          filter(CHANGED, 'LTE', here.at),
          filter(ID, 'GT', here.afterId),
        ],
      },
    ],
    sorts: [{ propertyName: ID, direction: 'ASCENDING' }],
  };
}

function filter(propertyName: string, operator: string, value: number | string): object {
  return { propertyName, operator, value: String(value) };
}

function following(here: Position, results: readonly WireRecord[]): Position | undefined {
  const last = results.at(-1);
  const full = results.length >= PAGE_SIZE;
  if (!('from' in here))
    return full && last !== undefined ? { at: here.at, afterId: last.id } : { from: here.at + 1 };
  if (!full || last === undefined) return undefined;
  const until = changedAt(last);
  return until > here.from ? { from: until } : { at: until, afterId: '0' };
}

function changedAt(wire: WireRecord): number {
  const moment = Date.parse(wire.properties[CHANGED] ?? wire.updatedAt);
  if (Number.isNaN(moment)) throw hubspotError({ code: 'UNEXPECTED_SHAPE', where: SEARCH });
  return moment;
}

function encode(here: Position): string {
  return 'from' in here ? String(here.from) : `${here.at}/${here.afterId}`;
}

function decode(after: string): Position {
  const [, moment, afterId] = /^(\d+)(?:\/(\d+))?$/.exec(after) ?? [];
  if (moment === undefined) throw new RangeError('This is no position that a page has given out.');
  return afterId === undefined ? { from: Number(moment) } : { at: Number(moment), afterId };
}
