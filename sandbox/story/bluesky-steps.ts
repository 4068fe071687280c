import type { AccountLabel, ActivityLabel } from './labels.ts';
import type { BlueskyStep, NetworkChange, PostRecord, SubjectRecord } from './types.ts';

export interface Labels {
  accounts: AccountLabel[];
  activities: ActivityLabel[];
  timeline: Map<string, string>;
}

/**
 * The recording played a month in minutes and timeline.csv dates the posts only. These times place the rest where the story
 * tells it: corrections at the end of p2, the fate of accounts at the end of p4, in the recorded order.
 */
const TOLD_AT: Record<string, string> = {
  A041: '2026-11-11T07:50:00+01:00',
  'A046-edit': '2026-11-14T23:30:00+01:00',
  'A045-delete': '2026-11-14T23:45:00+01:00',
  'B17-handle': '2026-11-20T09:00:00+01:00',
  'B24-block': '2026-11-20T10:00:00+01:00',
  'B26-takendown': '2026-11-20T11:00:00+01:00',
  'B14-deactivated': '2026-11-20T12:00:00+01:00',
  'B19-deleted': '2026-11-20T13:00:00+01:00',
  'B01-reply-to-deleted': '2026-11-20T13:30:00+01:00',
  'A044-delete': '2026-11-20T14:00:00+01:00',
};

const PHASES: [name: string, until: string][] = [
  ['p1', '2026-11-11T00:00:00+01:00'],
  ['p2', '2026-11-15T00:00:00+01:00'],
  ['p3', '2026-11-17T18:30:00+01:00'],
];

export function phaseOf(at: string, phases: [string, string][], last: string): string {
  return phases.find(([, until]) => Date.parse(at) < Date.parse(until))?.[0] ?? last;
}

/** Turns the changes after the accounts were set up into dated, titled steps. */
export function toBlueskySteps(changes: NetworkChange[], labels: Labels): BlueskyStep[] {
  const seen = new Set<string>();
  return changes.map((change) => {
    const named = nameStep(change, labels, seen);
    const at = TOLD_AT[named.id] ?? named.at;
    return {
      server: 'bluesky',
      id: named.id,
      at,
      phase: phaseOf(at, PHASES, 'p4'),
      title: named.title,
      change,
    };
  });
}

interface Named {
  id: string;
  at: string;
  title: { en: string; de: string };
}

function nameStep(change: NetworkChange, labels: Labels, seen: Set<string>): Named {
  const { number, who } = actorOf(change.did, labels);
  switch (change.kind) {
    case 'account':
      return { id: number, at: '', title: { en: `${who} joins`, de: `${who} meldet sich an` } };
    case 'handle':
      return named(
        `${number}-handle`,
        `${who} is now ${change.handle}`,
        `${who} heißt jetzt ${change.handle}`,
      );
    case 'gone':
      return named(
        `${number}-${change.status}`,
        `${who}: account ${change.status}`,
        `${who}: Konto ${GONE_DE[change.status]}`,
      );
    case 'remove': {
      const id = activityOf(change, labels)?.id ?? change.rkey;
      return named(`${id}-delete`, `${who} deletes ${id}`, `${who} löscht ${id}`);
    }
    case 'write':
      return change.record.$type === 'app.bsky.feed.post'
        ? namePost(change, change.record, { labels, seen, who })
        : nameSubject(change.record as SubjectRecord, number, who);
  }
}

function actorOf(did: string, { accounts }: Labels): { number: string; who: string } {
  const account = accounts.find(({ nativeId }) => nativeId === did);
  return { number: account?.id ?? did, who: account?.displayName ?? did };
}

/** The first words of a text on one line. */
export function excerpt(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

const GONE_DE = { deleted: 'gelöscht', takendown: 'gesperrt', deactivated: 'stillgelegt' };

function named(id: string, en: string, de: string, at = ''): Named {
  return { id, at, title: { en, de } };
}

function activityOf(
  change: { did: string; collection: string; rkey: string },
  labels: Labels,
): ActivityLabel | undefined {
  const uri = `at://${change.did}/${change.collection}/${change.rkey}`;
  return labels.activities.find(({ nativeId }) => nativeId === uri);
}

function namePost(
  change: Extract<NetworkChange, { kind: 'write' }>,
  record: PostRecord,
  { labels, seen, who }: { labels: Labels; seen: Set<string>; who: string },
): Named {
  const id = activityOf(change, labels)?.id ?? 'B01-reply-to-deleted';
  const edit = seen.has(id);
  seen.add(id);
  const line = excerpt(record.text);
  const [en, de] = edit
    ? ['corrects', 'korrigiert']
    : record.reply === undefined
      ? ['posts', 'schreibt']
      : ['replies', 'antwortet'];
  const at = labels.timeline.get(id) ?? record.createdAt;
  return named(edit ? `${id}-edit` : id, `${who} ${en}: ${line}`, `${who} ${de}: ${line}`, at);
}

function nameSubject(record: SubjectRecord, number: string, who: string): Named {
  const { createdAt: at } = record;
  switch (record.$type) {
    case 'app.bsky.graph.follow':
      return named(`${number}-follow`, `${who} follows the brand`, `${who} folgt der Marke`, at);
    case 'app.bsky.graph.block':
      return named(`${number}-block`, `${who} blocks the brand`, `${who} blockiert die Marke`, at);
    case 'app.bsky.feed.like':
      return named(`${number}-like`, `${who} likes a reply`, `${who} gefällt eine Antwort`, at);
    case 'app.bsky.feed.repost':
      return named(`${number}-repost`, `${who} reposts a reply`, `${who} teilt eine Antwort`, at);
  }
}
