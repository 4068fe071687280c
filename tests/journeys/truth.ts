import type { CrmRecord } from '../../sandbox/hubspot/model.ts';
import { expectedOutcome, type ExpectedOutcome } from '../../sandbox/story/truth.ts';
import type { Sandbox } from '../../sandbox/world.ts';

/** Contact id of the story -> what its timeline holds, each activity as the part of its id that a note's link shows. */
export type Timelines = Readonly<Record<string, readonly string[]>>;

/** What the captures' truth file says should stand where. */
export function expectedTimelines(sandbox: Sandbox, moment: keyof ExpectedOutcome): Timelines {
  const { timelines } = expectedOutcome(sandbox.company.story)[moment];
  return sorted(
    [...timelines].map(([contact, entries]) => [
      contact,
      entries.map(({ nativeId }) => shownPart(nativeId)),
    ]),
  );
}

/** What became of an account: whom it is linked with, and who is proposed for it. The story's ids. */
export interface Outcome {
  readonly linked: readonly string[];
  readonly suggested: readonly string[];
}

/** How the truth file wants an account to come out. */
export interface ExpectedPairing extends Outcome {
  readonly account: string;
  /** Likely enough to be asked about, or not: a careful person may see it either way. */
  readonly maySuggest: readonly string[];
}

/** Of the networks that the service reads, each account but the company's own. */
export function expectedPairings({ company }: Sandbox): readonly ExpectedPairing[] {
  const { story } = company;
  const links = new Map(
    expectedOutcome(story).peak.links.map((link) => [link.accountId, link.contactId]),
  );
  const consents = new Map(story.contacts.map(({ id, consentLink }) => [id, consentLink]));
  const covered = story.labels.accounts.filter(
    ({ server, id }) => ['bluesky', 'wordpress'].includes(server) && !BRANDS.has(id),
  );
  return covered.map((label): ExpectedPairing => {
    const { id: account, contactId, strength } = label;
    const linked = links.get(account);
    if (linked !== undefined) return { account, linked: [linked], suggested: [], maySuggest: [] };
    const isOpen = contactId !== '' && consents.get(contactId) !== 'no';
    const isAsked = isOpen && (strength === 'strong' || strength === 'medium');
    return {
      account,
      linked: [],
      suggested: isAsked ? [contactId] : [],
      maySuggest: [
        ...(isOpen && strength === 'weak' ? [contactId] : []),
        ...label.mustNotPairWith.flatMap((alike) => namesakesOf(alike, story.contacts)),
      ],
    };
  });
}

/** Whoever bears the same name, in any spelling, may be asked about: only a person can tell namesakes apart. */
function namesakesOf(
  id: string,
  contacts: readonly { id: string; firstName: string; lastName: string }[],
): readonly string[] {
  const nameOf = (one: { firstName: string; lastName: string } | undefined) =>
    `${one?.firstName} ${one?.lastName}`.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const wanted = nameOf(contacts.find((one) => one.id === id));
  return contacts.filter((one) => nameOf(one) === wanted).map((one) => one.id);
}

const BRANDS = new Set(['B01', 'W01']);

/** What the service made of each account, by the story's ids of accounts. */
export async function pairingsFound(sandbox: Sandbox): Promise<ReadonlyMap<string, Outcome>> {
  const { story, contactIds } = sandbox.company;
  const contacts = new Map([...contactIds].map(([id, external]) => [external, id]));
  // On the blog the truth names the address as the visitor typed it.
  const accounts = new Map(
    story.labels.accounts.map(({ id, nativeId, server }) => [
      server === 'wordpress' ? `email:${nativeId.toLowerCase()}` : nativeId,
      id,
    ]),
  );
  const found = new Map<string, { linked: string[]; suggested: string[] }>();
  for (const link of await sandbox.admin.links(sandbox.workspace)) {
    const account = accounts.get(String(link.nativeId)) ?? String(link.nativeId);
    const outcome = found.get(account) ?? { linked: [], suggested: [] };
    found.set(account, outcome);
    const contact = contacts.get(String(link.externalId)) ?? String(link.externalId);
    if (link.state === 'active') outcome.linked.push(contact);
    if (link.state === 'suggested') outcome.suggested.push(contact);
  }
  return found;
}

/** What stands in HubSpot, contact by contact. A note that names no known activity shows as its whole body. */
export function writtenTimelines({ company }: Sandbox): Timelines {
  const portal = company.hubspot.portal();
  return sorted(
    [...company.contactIds].map(([contact, id]) => [contact, portal.notesOf(id).map(activityOf)]),
  );
}

function activityOf(note: CrmRecord): string {
  const body = note.values.hs_note_body ?? '';
  const link = /href="([^"]*)"/.exec(body)?.[1]?.replaceAll('&#35;', '#').replaceAll('&amp;', '&');
  return link === undefined ? body : shownPart(link);
}

/** The record key of a post, the number of a comment: the same in an at:// uri and in a web address. */
function shownPart(id: string): string {
  return /#comment-\d+$/.exec(id)?.[0] ?? id.split('/').at(-1) ?? id;
}

function sorted(entries: readonly (readonly [string, readonly string[]])[]): Timelines {
  const filled = entries.filter(([, activities]) => activities.length > 0);
  return Object.fromEntries(
    filled
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([contact, activities]) => [contact, activities.toSorted()]),
  );
}
