import { loadImpersonators, type Impersonator } from '../websites/sites.ts';
import { loadBlogSteps } from './blog-steps.ts';
import { toBlueskySteps, type Labels } from './bluesky-steps.ts';
import { loadContacts, type Contact } from './contacts.ts';
import { loadAccountLabels, loadActivityLabels, loadTimeline } from './labels.ts';
import { loadNetworkChanges } from './network-events.ts';
import type { BlogStep, BlueskyStep, NetworkChange, Step } from './types.ts';

export interface Story {
  contacts: Contact[];
  labels: Labels;
  brand: { did: string; handle: string; email: string };
  /** The network before the first post: accounts and their profiles. */
  opening: NetworkChange[];
  /** Everything that happens, in the order in which the world can see it. */
  steps: Step[];
}

const BRAND = {
  did: 'did:plc:kforrhfejflseek3bnlnnovu',
  handle: 'nordlichtmobil.test',
  email: 'nordlichtmobil@mail.example',
};

export interface StoryOptions {
  /** Adds the accounts that exist only in the sandbox (sites.json). Off, the story is exactly the recording. Default true. */
  impersonators?: boolean;
}

export function loadStory({ impersonators = true }: StoryOptions = {}): Story {
  const labels: Labels = {
    accounts: loadAccountLabels(),
    activities: loadActivityLabels(),
    timeline: loadTimeline(),
  };
  const extra = impersonators ? loadImpersonators() : [];
  const changes = loadNetworkChanges();
  const opening = changes.filter(isOpening);
  const told = toBlueskySteps(
    changes.filter((change) => !isOpening(change)),
    labels,
  );
  return {
    contacts: loadContacts(),
    labels,
    brand: BRAND,
    opening: [...opening, ...extra.flatMap(openingOf)],
    steps: inOrder([...told, ...extra.map(stepOf), ...loadBlogSteps(labels)]),
  };
}

function isOpening(change: NetworkChange): boolean {
  return (
    change.kind === 'account' ||
    (change.kind === 'write' && change.record.$type === 'app.bsky.actor.profile')
  );
}

/** Sorting is stable: steps of the same minute keep the order of the recording. */
function inOrder(steps: (BlueskyStep | BlogStep)[]): Step[] {
  return steps.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function openingOf({ did, handle, profile, profileCid }: Impersonator): NetworkChange[] {
  const receivedAt = profile.createdAt;
  const self = { did, collection: 'app.bsky.actor.profile', rkey: 'self' };
  return [
    { kind: 'account', did, handle, rev: '' },
    { kind: 'write', ...self, cid: profileCid, rev: '', record: profile, receivedAt },
  ];
}

function stepOf({ id, did, profile, post }: Impersonator): BlueskyStep {
  const who = profile.displayName ?? id;
  return {
    server: 'bluesky',
    id: `${id}-post`,
    at: post.at,
    phase: 'p1',
    title: { en: `${who} posts: ${post.record.text}`, de: `${who} schreibt: ${post.record.text}` },
    change: {
      kind: 'write',
      did,
      collection: 'app.bsky.feed.post',
      rkey: post.rkey,
      cid: post.cid,
      rev: post.rkey,
      record: post.record,
      receivedAt: post.at,
    },
  };
}
