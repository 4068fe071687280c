import { readable } from './actor-methods.ts';
import type { Network, PostOf } from './network.ts';
import { matches, type SearchMode } from './search.ts';
import { readThread } from './threads.ts';
import type { Views } from './views.ts';
import { internalError, XrpcError, type Methods } from './xrpc.ts';

export function feedMethods(network: Network, views: Views, searchMode: SearchMode): Methods {
  const isReadable = ({ did }: PostOf) => network.isActive(did) && !network.blocksBrand(did);
  return {
    'app.bsky.feed.searchPosts': {
      type: 'query',
      auth: 'access',
      run({ params }) {
        const limit = params.integer('limit', { min: 1, max: 100, initial: 25 });
        const isHit = matches(searchMode, params, network);
        const hits = network.posts().filter((post) => isReadable(post) && isHit(post));
        const { page, cursor } = cut(hits, params.optional('cursor'), limit);
        return { posts: page.map((post) => views.post(post)), ...cursor };
      },
    },
    'app.bsky.feed.getPosts': {
      type: 'query',
      auth: 'access',
      run({ params }) {
        const posts = params.requiredList('uris', 25).map((uri) => network.post(uri));
        return {
          posts: posts.flatMap((post) => (post && isReadable(post) ? [views.post(post)] : [])),
        };
      },
    },
    'app.bsky.feed.getPostThread': {
      type: 'query',
      auth: 'access',
      run: ({ params }) => readThread(network, views, params),
    },
    'app.bsky.feed.getAuthorFeed': {
      type: 'query',
      auth: 'access',
      run({ params }) {
        const { did } = readable(network, params.required('actor'));
        if (network.blocksBrand(did)) {
          throw new XrpcError(400, 'BlockedByActor', 'Requester is blocked by actor');
        }
        const limit = params.integer('limit', { min: 1, max: 100, initial: 50 });
        const own = network.posts().filter((post) => post.did === did);
        const { page, cursor } = cut(own, params.optional('cursor'), limit);
        return { feed: page.map((post) => feedItem(network, views, post)), ...cursor };
      },
    },
  };
}

/** Newest first; the cursor is `<milliseconds>__<cid>` of the last item and is given even when nothing follows. */
function cut(
  posts: PostOf[],
  cursor: string | undefined,
  limit: number,
): { page: PostOf[]; cursor: { cursor?: string } } {
  const key = (post: PostOf): [number, string] => [Date.parse(post.sortAt), post.cid];
  const newestFirst = [...posts].sort((a, b) => order(key(b), key(a)));
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const page = newestFirst
    .filter((post) => after === undefined || order(key(post), after) < 0)
    .slice(0, limit);
  const last = page.at(-1);
  if (last === undefined) return { page, cursor: {} };
  return { page, cursor: { cursor: `${Date.parse(last.sortAt)}__${last.cid}` } };
}

function parseCursor(cursor: string): [number, string] {
  const match = /^(\d+)__(.+)$/.exec(cursor);
  if (match === null) throw internalError(502);
  return [Number(match[1]), match[2] ?? ''];
}

function order([timeA, cidA]: [number, string], [timeB, cidB]: [number, string]): number {
  if (timeA !== timeB) return timeA - timeB;
  return cidA < cidB ? -1 : Number(cidA > cidB);
}

function feedItem(network: Network, views: Views, post: PostOf): Record<string, unknown> {
  const { reply } = post.record;
  if (reply === undefined) return { post: views.post(post) };
  const $type = 'app.bsky.feed.defs#postView';
  const shown = (uri: string) => {
    const found = network.post(uri);
    return found === undefined || !network.isActive(found.did)
      ? { $type: 'app.bsky.feed.defs#notFoundPost', uri, notFound: true }
      : { ...views.post(found), $type };
  };
  const grandparent = network.post(reply.parent.uri)?.record.reply?.parent.uri;
  const above = grandparent === undefined ? undefined : network.post(grandparent);
  return {
    post: views.post(post),
    reply: {
      root: shown(reply.root.uri),
      parent: shown(reply.parent.uri),
      ...(above === undefined ? {} : { grandparentAuthor: views.author(above.did) }),
    },
  };
}
