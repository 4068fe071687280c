import type { Network, NotificationRow } from './network.ts';
import type { Views } from './views.ts';
import { internalError, invalidRequest, type Methods } from './xrpc.ts';

export function notificationMethods(network: Network, views: Views): Methods {
  let lastSeen: string | undefined;

  /** Hidden accounts are dropped after the page is cut: pages get shorter than `limit` while there is more to come. */
  const isVisible = ({ did }: NotificationRow): boolean =>
    network.isActive(did) && !network.blocksBrand(did);

  const viewOf = (row: NotificationRow, seenAt: string | undefined) => {
    const stored = network.records.get(row.uri);
    return {
      uri: row.uri,
      cid: stored?.cid,
      author: views.profile(row.did),
      reason: row.reason,
      ...(row.reasonSubject === undefined ? {} : { reasonSubject: row.reasonSubject }),
      record: stored?.record,
      isRead: seenAt === undefined || row.sortAt < seenAt,
      indexedAt: row.sortAt,
      labels: [],
    };
  };

  return {
    'app.bsky.notification.listNotifications': {
      type: 'query',
      auth: 'access',
      run({ params }) {
        const limit = params.integer('limit', { min: 1, max: 100, initial: 50 });
        const cursor = timeCursor(params.optional('cursor'));
        const reasons = params.list('reasons', 100);
        // The cursor is a bare timestamp: items of the same millisecond as the last one shown are skipped.
        const page = newestFirst(network)
          .filter(({ reason }) => reasons.length === 0 || reasons.includes(reason))
          .filter(({ sortAt }) => cursor === undefined || sortAt < cursor)
          .slice(0, limit);
        const last = page.at(-1)?.sortAt;
        // Before the first updateSeen the newest item of the first page stands in; later pages then count as read.
        const seenAt = lastSeen ?? (cursor === undefined ? page[0]?.sortAt : undefined);
        return {
          notifications: page.filter(isVisible).map((row) => viewOf(row, seenAt)),
          ...(last === undefined ? {} : { cursor: last }),
          priority: false,
          ...(seenAt === undefined ? {} : { seenAt }),
        };
      },
    },
    'app.bsky.notification.getUnreadCount': {
      type: 'query',
      auth: 'access',
      run() {
        const since = lastSeen ?? '';
        return {
          count: network.notifications.filter((row) => row.sortAt > since && isVisible(row)).length,
        };
      },
    },
    'app.bsky.notification.updateSeen': {
      type: 'procedure',
      auth: 'access',
      run({ body }) {
        const { seenAt } = body as { seenAt?: string };
        lastSeen = seenTime(seenAt);
      },
    },
  };
}

/** A cursor that is no time makes the AppView fail, and the PDS in front of it answers 502. */
function timeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const time = Date.parse(cursor);
  if (Number.isNaN(time)) throw internalError(502);
  return new Date(time).toISOString();
}

function newestFirst(network: Network): NotificationRow[] {
  return [...network.notifications].sort((a, b) => compare(b.sortAt, a.sortAt));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function seenTime(seenAt: string | undefined): string {
  const time = Date.parse(seenAt ?? '');
  if (Number.isNaN(time)) throw invalidRequest('Error: Input/seenAt must be a datetime');
  return new Date(time).toISOString();
}
