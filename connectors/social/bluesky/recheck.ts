import type { AccountState, ActivityState, GoneReason } from '../../../src/contract/social.ts';
import type { Clock } from '../../../src/contract/ports.ts';
import type { SocialItem } from '../../../src/domain/social.ts';
import { batchSize, type Answer, type BlueskyClient, type Refusal } from './client.ts';
import { fail } from './failures.ts';
import { kindFor, toItem, toProfile } from './translate.ts';
import * as wire from './wire.ts';

const threadDepth = 10;

/** What is behind a missing account or post. */
type Standing =
  | { readonly state: 'live'; readonly actor: wire.WireActor }
  | { readonly state: 'gone'; readonly reason: GoneReason }
  | { readonly state: 'unknown' };

/** A gone account's name in an error; a deleted one has none of its own but a message (BEHAVIOR 10). */
const goneByError: Readonly<Record<string, GoneReason>> = {
  AccountTakedown: 'taken_down',
  AccountDeactivated: 'deactivated',
};

export function createRecheck(client: BlueskyClient) {
  return async function recheck(ids: readonly string[]): Promise<readonly ActivityState[]> {
    const brandDid = await client.brandDid();
    const wanted = [...new Set(ids)];
    // A malformed address is answered with 500, as an outage would be (BEHAVIOR 11): it is not asked at all.
    const askable = wanted.filter((id) => wire.postUri.safeParse(id).success);
    const found = new Map<string, wire.WirePost>();
    for (const batch of batches(askable)) {
      const answer = await client.posts(batch);
      for (const raw of listed(answer, ({ posts }) => posts)) {
        const post = wire.post.safeParse(raw);
        if (post.success) found.set(post.data.uri, post.data);
      }
    }
    const standings = new Map<string, Promise<Standing>>();
    const states: ActivityState[] = [];
    for (const id of wanted) {
      const post = found.get(id);
      if (post) states.push(stateOf(post, brandDid));
      else if (!askable.includes(id)) states.push({ nativeId: id, state: 'unknown' });
      else states.push(await explain(id, brandDid, standings));
    }
    return states;
  };

  /** `getPosts` leaves out what it does not show; only the thread and the author say why. */
  async function explain(
    uri: string,
    brandDid: string,
    standings: Map<string, Promise<Standing>>,
  ): Promise<ActivityState> {
    const answer = await client.thread(uri, 0);
    if (answer.outcome === 'refused' && answer.error !== 'NotFound')
      return { nativeId: uri, state: 'unknown' };
    if (answer.outcome === 'answered') {
      const node = answer.body.thread;
      const post = wire.post.safeParse(node.post);
      if (post.success && post.data.uri === uri) return stateOf(post.data, brandDid);
      if (isType(node, 'blockedPost')) return { nativeId: uri, state: 'gone', reason: 'blocked' };
      if (!isType(node, 'notFoundPost')) return { nativeId: uri, state: 'unknown' };
    }
    const author = uri.slice('at://'.length, uri.indexOf('/', 'at://'.length));
    const asked = standings.get(author) ?? standingOf(client, author);
    standings.set(author, asked);
    const standing = await asked;
    // The author is here and the post is not.
    if (standing.state === 'live') return { nativeId: uri, state: 'gone', reason: 'deleted' };
    return { nativeId: uri, ...standing };
  }
}

export function createProfiles(client: BlueskyClient, clock: Clock) {
  return async function profiles(ids: readonly string[]): Promise<readonly AccountState[]> {
    const wanted = [...new Set(ids)];
    const askable = wanted.filter((id) => wire.did.safeParse(id).success);
    const found = new Map<string, wire.WireActor>();
    for (const batch of batches(askable)) {
      const answer = await client.profiles(batch);
      for (const raw of listed(answer, (body) => body.profiles)) {
        const actor = wire.actor.safeParse(raw);
        if (actor.success) found.set(actor.data.did, actor.data);
      }
    }
    const states: AccountState[] = [];
    for (const nativeId of wanted) {
      const actor = found.get(nativeId);
      const standing = actor
        ? standingOfActor(actor)
        : askable.includes(nativeId)
          ? await standingOf(client, nativeId)
          : ({ state: 'unknown' } as const);
      states.push(
        standing.state === 'live'
          ? { nativeId, state: 'live', profile: toProfile(standing.actor, clock.now()) }
          : { nativeId, ...standing },
      );
    }
    return states;
  };
}

export function createThread(client: BlueskyClient) {
  return async function thread(activityId: string): Promise<readonly SocialItem[]> {
    if (!wire.postUri.safeParse(activityId).success) return [];
    const brandDid = await client.brandDid();
    const answer = await client.thread(activityId, threadDepth);
    if (answer.outcome === 'refused') {
      if (answer.error === 'NotFound') return [];
      throw unexpected(answer, 'thread');
    }
    return [...parents(answer.body.thread), ...withReplies(answer.body.thread)].flatMap((node) => {
      const post = wire.post.safeParse(node.post);
      const item = post.success ? toItem(post.data, kindFor(post.data, brandDid)) : undefined;
      return item ?? [];
    });
  };
}

/** Oldest first, without the node itself. */
function parents(node: wire.WireThread): wire.WireThread[] {
  const chain: wire.WireThread[] = [];
  let parent = wire.threadNode.safeParse(node.parent);
  while (parent.success) {
    chain.unshift(parent.data);
    parent = wire.threadNode.safeParse(parent.data.parent);
  }
  return chain;
}

function withReplies(node: wire.WireThread): wire.WireThread[] {
  const replies = (node.replies ?? []).flatMap((raw) => {
    const reply = wire.threadNode.safeParse(raw);
    return reply.success ? withReplies(reply.data) : [];
  });
  return [node, ...replies];
}

function stateOf(post: wire.WirePost, brandDid: string): ActivityState {
  const nativeId = post.uri;
  if (isBlocked(post.author)) return { nativeId, state: 'gone', reason: 'blocked' };
  const item = toItem(post, kindFor(post, brandDid));
  return item ? { nativeId, state: 'live', item } : { nativeId, state: 'unknown' };
}

export async function standingOf(client: BlueskyClient, did: string): Promise<Standing> {
  const answer = await client.profile(did);
  if (answer.outcome === 'answered') return standingOfActor(answer.body);
  const reason = goneByError[answer.error];
  if (reason) return { state: 'gone', reason };
  const isDeleted = answer.status === 400 && answer.message === 'Profile not found';
  return isDeleted ? { state: 'gone', reason: 'deleted' } : { state: 'unknown' };
}

function standingOfActor(actor: wire.WireActor): Standing {
  return isBlocked(actor) ? { state: 'gone', reason: 'blocked' } : { state: 'live', actor };
}

function isBlocked({ viewer }: wire.WireActor): boolean {
  return viewer?.blockedBy === true || viewer?.blocking !== undefined;
}

function isType(node: wire.WireThread, name: string): boolean {
  return node.$type === `app.bsky.feed.defs#${name}`;
}

/** A batch refused with 400 names no culprit: its ids are then asked one by one. */
function listed<Body>(answer: Answer<Body>, list: (body: Body) => readonly unknown[]) {
  if (answer.outcome === 'answered') return list(answer.body);
  if (answer.status >= 500) throw fail({ code: 'UNAVAILABLE' });
  return [];
}

function unexpected({ status }: Refusal, where: string) {
  return fail(status >= 500 ? { code: 'UNAVAILABLE' } : { code: 'UNEXPECTED_SHAPE', where });
}

function batches(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / batchSize);
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * batchSize, (index + 1) * batchSize),
  );
}
