import { readLines } from './captures.ts';
import type { GoneStatus, NetworkChange, RepoRecord } from './types.ts';

interface Frame {
  header: { t: '#identity' | '#account' | '#commit' | '#sync' };
  body: {
    did?: string;
    repo?: string;
    handle?: string;
    rev?: string;
    time: string;
    active?: boolean;
    status?: GoneStatus;
    ops?: { action: 'create' | 'update' | 'delete'; path: string; cid: { $link: string } | null }[];
  };
  decoded_records?: Record<string, RepoRecord>;
}

/**
 * The recorded event stream as changes, in the order in which the network saw them. The stream is the only recording that
 * holds every post: some (A037, A050) never reached a notification or a search result.
 */
export function loadNetworkChanges(): NetworkChange[] {
  const known = new Set<string>();
  return (readLines('bluesky/firehose-subscribeRepos.decoded.jsonl') as Frame[]).flatMap((frame) =>
    changesOf(frame, known),
  );
}

function changesOf(frame: Frame, known: Set<string>): NetworkChange[] {
  const { body } = frame;
  const did = body.did ?? body.repo ?? '';
  switch (frame.header.t) {
    case '#identity': {
      const first = !known.has(did);
      known.add(did);
      const handle = body.handle ?? '';
      return first
        ? [{ kind: 'account', did, handle, rev: '' }]
        : [{ kind: 'handle', did, handle }];
    }
    case '#account':
      return body.status === undefined ? [] : [{ kind: 'gone', did, status: body.status }];
    case '#commit':
      return commitChanges(frame, did);
    case '#sync':
      return [];
  }
}

function commitChanges({ body, decoded_records: records }: Frame, did: string): NetworkChange[] {
  const rev = body.rev ?? '';
  return (body.ops ?? []).flatMap(({ path, cid }): NetworkChange[] => {
    const [collection = '', rkey = ''] = path.split('/');
    const record = records?.[path];
    if (cid === null || record === undefined) {
      return [{ kind: 'remove', did, collection, rkey, rev }];
    }
    const place = { did, collection, rkey, cid: cid.$link, rev };
    return [{ kind: 'write', ...place, record, receivedAt: body.time }];
  });
}
