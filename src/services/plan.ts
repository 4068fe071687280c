import { changesFor, type OurValue } from '../domain/mapping/apply.ts';
import type { OurName } from '../domain/mapping/mapping.ts';
import { may } from '../domain/policy/may.ts';
import type { StoredField } from '../domain/policy/pack.ts';
import { bandLabel } from '../domain/scoring/bands.ts';
import { cleanText } from '../domain/text.ts';
import {
  authorLine,
  ENTRY_TEXT_LENGTH,
  entryKey,
  fieldsKey,
  isEvidenceRule,
  reasonFor,
  type Language,
} from '../domain/timeline.ts';
import { readAccounts, type Account } from '../store/accounts.ts';
import { liveActivitiesOf, type StoredActivity } from '../store/activities.ts';
import type { Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import {
  dropPlannedFields,
  planEntry,
  planFields,
  planRemovals,
  type WantedEntry,
} from '../store/deliveries.ts';
import { enqueuePush } from '../store/jobs.ts';
import { lastWritten, pendingWrites } from '../store/journal.ts';
import type { WrittenScore } from '../store/scores.ts';
import { linksOfContact, type Link } from '../store/links.ts';
import { readConnection } from '../store/connections.ts';
import { readWorkspace } from '../store/workspaces.ts';
import { offerOf, type App } from './app.ts';
import { restore } from './restore.ts';
import { scoreContacts } from './scoreContacts.ts';

/** As DNS allows for a domain, the longest kind of handle. */
const HANDLE_LENGTH = 253;
const DAY_MS = 86_400_000;
/** The window of `activity.count_90d`. */
const COUNT_DAYS = 90;

/**
 * Plans what the CRM should hold of one contact: an entry per live activity of each paired account, and the fields. Works
 * on the locked contact, from nothing but what is stored, so planning twice plans the same.
 */
export async function plan(app: App, tx: WorkspaceTx, contact: Contact): Promise<void> {
  const connection = await readConnection(tx, contact.connectionId);
  if (connection === undefined) return;
  const links = (await linksOfContact(tx, contact.id)).filter((link) => link.state === 'active');
  const accounts = await readAccounts(
    tx,
    links.map((link) => link.accountId),
  );
  const activities = await liveActivitiesOf(
    tx,
    accounts.map((account) => account.id),
  );

  const { language } = await readWorkspace(tx);
  let planned = await planRemovals(
    tx,
    contact.id,
    activities.map((activity) => activity.id),
  );
  for (const activity of activities) {
    const entry = wantedEntry(app, { activity, accounts, links, language });
    const key = entryKey(tx.workspace, activity.id, contact.id);
    const target = { connectionId: contact.connectionId, key, contactId: contact.id };
    if (await planEntry(tx, { ...target, activityId: activity.id }, entry)) planned += 1;
  }
  if (
    await planContactFields(app, tx, contact, {
      accounts,
      activities,
      connector: connection.connector,
      score: (await scoreContacts(app, tx, [contact])).get(contact.id)?.written,
      language,
    })
  ) {
    planned += 1;
  }
  if (planned > 0) await enqueuePush(tx, contact.connectionId);
}

interface Parts {
  readonly activity: StoredActivity;
  readonly accounts: readonly Account[];
  readonly links: readonly Link[];
  readonly language: Language;
}

function wantedEntry(app: App, { activity, accounts, links, language }: Parts): WantedEntry {
  const profile = accounts.find((account) => account.id === activity.accountId)?.profile;
  const rule = links.find((link) => link.accountId === activity.accountId)?.rule ?? '';
  const keeps = (field: StoredField, value: string | undefined) =>
    mayKeep(app, activity.network, field) ? value : undefined;
  return {
    occurredAt: activity.publishedAt.toISOString(),
    network: titleOf(app, activity.network),
    kind: activity.kind,
    author: authorLine(
      keeps('display_name', profile?.displayName),
      keeps('handle', profile?.handle),
    ),
    // Where the text has to stay with the network, the way to it is all that the CRM gets (R23).
    text: cleanText(keeps('text', activity.text) ?? '', ENTRY_TEXT_LENGTH),
    url: keeps('url', activity.url ?? undefined) ?? null,
    edited: activity.editedAt !== null,
    reason: isEvidenceRule(rule) ? reasonFor(rule, language) : '',
    language,
  };
}

/** Only what a network's rules let stand in a CRM without a further word; no pack gets old enough to take back what stands. */
function mayKeep({ policies }: App, network: string, field: StoredField): boolean {
  return may(policies, { network, purpose: 'link', field }).answer === 'allow';
}

function titleOf(app: App, network: string): string {
  return [...app.networks.values()].find((one) => one.network === network)?.title ?? network;
}

async function planContactFields(
  app: App,
  tx: WorkspaceTx,
  contact: Contact,
  now: {
    readonly accounts: readonly Account[];
    readonly activities: readonly StoredActivity[];
    readonly connector: string;
    readonly score: WrittenScore | undefined;
    readonly language: Language;
  },
): Promise<boolean> {
  const { mapping } = offerOf(app, now.connector);
  const values = new Map([
    ...valuesFor(app, now.accounts, now.activities),
    ...scoreValues(now.score, now.language),
  ]);
  const written = await lastWritten(tx, contact.id);
  // A write in hand may be in the CRM or not: what follows has to be right in both cases, or a value that landed after the
  // pairing ended would stay (R02).
  const pending = await pendingWrites(tx, contact.id);
  const { changes, restores } = await restore(app, tx, contact, {
    mapping,
    values,
    written,
    pending,
    wanted: [contact.fields, { ...contact.fields, ...pending }].map((current) => ({
      current,
      changes: changesFor(mapping, values, current, written),
    })),
  });
  if (Object.keys(changes).length === 0) {
    await dropPlannedFields(tx, contact.id);
    return false;
  }
  const key = fieldsKey(contact.id);
  const { connectionId, id: contactId } = contact;
  return planFields(tx, { connectionId, key, contactId, restores }, changes);
}

/** Our values for a contact. With no paired account there are none, which clears what we wrote before. */
function valuesFor(
  app: App,
  accounts: readonly Account[],
  activities: readonly StoredActivity[],
): ReadonlyMap<OurName, OurValue> {
  const values = new Map<OurName, OurValue>();
  if (accounts.length === 0) return values;
  for (const { network, profile } of accounts) {
    // Where a network has no handles, as a blog, the name they go by there says as much.
    const handle =
      (mayKeep(app, network, 'handle') ? profile.handle : undefined) ??
      (mayKeep(app, network, 'display_name') ? profile.displayName : undefined) ??
      '';
    values.set(`handle.${network}`, cleanText(handle, HANDLE_LENGTH));
  }
  const since = app.clock.now().getTime() - COUNT_DAYS * DAY_MS;
  values.set('activity.last_at', activities.at(-1)?.publishedAt);
  values.set(
    'activity.count_90d',
    activities.filter((activity) => activity.publishedAt.getTime() >= since).length,
  );
  return values;
}

/** None where there is no score, which clears the fields (R56); of a score none is empty. */
export function scoreValues(
  score: WrittenScore | undefined,
  language: Language,
): ReadonlyMap<OurName, OurValue> {
  if (score === undefined) return new Map();
  const reasons = score.reasons.map((reason) => reason[language]).join('; ');
  return new Map<OurName, OurValue>([
    ['score.value', score.value],
    ['score.band', bandLabel(score.band)],
    ['score.coverage', score.coverage],
    ['score.reasons', reasons === '' ? NO_REASONS[language] : reasons],
    ['score.computed_at', new Date(score.computedAt)],
    ['score.version', score.version],
  ]);
}

const NO_REASONS: Readonly<Record<Language, string>> = {
  en: 'Nothing that is known adds to it.',
  de: 'Nichts Bekanntes trägt dazu bei.',
};
