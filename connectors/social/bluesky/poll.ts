import type { ConnectorPorts } from '../../../src/contract/ports.ts';
import type { PollPage, RefusedItem } from '../../../src/contract/social.ts';
import type { SocialItem } from '../../../src/domain/social.ts';
import type { Answer, BlueskyClient, Refusal } from './client.ts';
import { fail } from './failures.ts';
import type { Secrets, Settings } from './settings.ts';
import * as sweeps from './sweep.ts';
import { kindFor, sortTime, toItem } from './translate.ts';
import * as wire from './wire.ts';

/** Keys of sources in the cursor; a search is `search:` with its term. */
const notifications = 'notifications';
const searchPrefix = 'search:';

interface ListPage {
  readonly records: readonly unknown[];
  readonly next: string | undefined;
}

type Reading = SocialItem | RefusedItem | undefined;

export interface PollParts {
  readonly client: BlueskyClient;
  readonly settings: Settings;
  readonly ports: ConnectorPorts<Secrets>;
}

export function createPoll({ client, settings, ports }: PollParts) {
  const sources = [
    notifications,
    ...new Set(settings.searchTerms.map((term) => `${searchPrefix}${term}`)),
  ];

  return async function poll(cursor: string | undefined): Promise<PollPage> {
    const brandDid = await client.brandDid();
    const at = sweeps.continueSweep(sweeps.readCursor(cursor), sources, {
      now: ports.clock.now(),
      deepEveryMs: settings.lateArrivalSeconds * 1_000,
    });
    const answer = await readList(client, at.sweep.source, at.sweep.page);
    if (answer.outcome === 'answered') return pageOf(at, answer.body, brandDid);
    return afterRefusal(at, answer, brandDid);
  };

  function pageOf(at: sweeps.Sweeping, { records, next }: ListPage, brandDid: string): PollPage {
    const readings = records.map((record) => readRecord(at.sweep.source, record, brandDid));
    const times = records.map((record) => sortTime(wire.indexed.parse(record).indexedAt));
    const after = sweeps.afterPage(at, sources, { times, next });
    return {
      items: readings.filter((reading) => reading !== undefined && 'activity' in reading),
      refused: readings.filter((reading) => reading !== undefined && 'reason' in reading),
      ...progress(after),
    };
  }

  /** A bad cursor looks like an outage (502): only the top of the same list, asked at once, tells them apart. */
  async function afterRefusal(
    at: sweeps.Sweeping,
    refusal: Refusal,
    brandDid: string,
  ): Promise<PollPage> {
    const { source, page } = at.sweep;
    if (page === undefined) {
      if (refusal.status >= 500) throw fail({ code: 'UNAVAILABLE' });
      if (source === notifications) throw fail({ code: 'UNEXPECTED_SHAPE', where: 'poll' });
      return givenUp(at, 'the search was refused');
    }
    const { state, givenUp: isHopeless } = sweeps.afterBadPage(at);
    const top = await readList(client, source, undefined);
    if (top.outcome === 'refused') throw fail({ code: 'UNAVAILABLE' });
    if (isHopeless) return givenUp(at, 'the rest of the list was refused');
    return pageOf(state, top.body, brandDid);
  }

  /** One source that does not answer must not hold up the others. */
  function givenUp(at: sweeps.Sweeping, reason: string): PollPage {
    const nativeId = `source ${sources.indexOf(at.sweep.source) + 1}`;
    const after = sweeps.nextSource(at, sources);
    return { items: [], refused: [{ nativeId, reason }], ...progress(after) };
  }
}

function progress(after: sweeps.SweepState) {
  return { cursor: JSON.stringify(after), more: after.sweep !== undefined };
}

async function readList(
  client: BlueskyClient,
  source: string,
  page: string | undefined,
): Promise<Answer<ListPage>> {
  if (source === notifications) {
    const answer = await client.notifications(page);
    if (answer.outcome === 'refused') return answer;
    const { notifications: records, cursor } = answer.body;
    const next = sweeps.overlappingPage(cursor, page);
    return { outcome: 'answered', body: { records, next } };
  }
  const answer = await client.search(source.slice(searchPrefix.length), page);
  if (answer.outcome === 'refused') return answer;
  const { posts: records, cursor: next } = answer.body;
  return { outcome: 'answered', body: { records, next } };
}

/** Undefined: not for us, as a like, or the brand's own post. */
function readRecord(source: string, raw: unknown, brandDid: string): Reading {
  if (source !== notifications) {
    const parsed = wire.post.safeParse(raw);
    if (!parsed.success) return refused(raw, parsed.error);
    return accept(parsed.data, brandDid, kindFor(parsed.data, brandDid));
  }
  const { data: head } = wire.notificationReason.safeParse(raw);
  if (head && !wire.directedReasons.some((reason) => reason === head.reason)) return undefined;
  const parsed = wire.notification.safeParse(raw);
  if (!parsed.success) return refused(raw, parsed.error);
  return accept(parsed.data, brandDid, parsed.data.reason);
}

function accept(
  post: wire.WirePost,
  brandDid: string,
  kind: SocialItem['activity']['kind'],
): Reading {
  if (post.author.did === brandDid) return undefined;
  return toItem(post, kind) ?? { nativeId: post.uri, reason: 'no time of publication' };
}

/** Names fields and never values: those are a person's words. */
function refused(raw: unknown, error: { readonly issues: readonly { path: PropertyKey[] }[] }) {
  const uri = wire.postUri.safeParse(typeof raw === 'object' && raw && 'uri' in raw && raw.uri);
  const fields = [...new Set(error.issues.map(({ path }) => path.map(String).join('.')))];
  return {
    nativeId: uri.success ? uri.data : 'unreadable address',
    reason: `not readable: ${fields.slice(0, 5).join(', ')}`,
  };
}
