import type { Network, PostOf } from './network.ts';
import type { Views } from './views.ts';
import { internalError, XrpcError, type Params } from './xrpc.ts';
import { parseAtUri } from './identifiers.ts';

type Node = Record<string, unknown>;

export function readThread(network: Network, views: Views, params: Params): { thread: Node } {
  const asked = params.required('uri');
  const depth = params.integer('depth', { min: 0, max: 1000, initial: 6 });
  const parentHeight = params.integer('parentHeight', { min: 0, max: 1000, initial: 80 });
  const uri = resolve(network, asked);
  const post = network.post(uri);
  if (post === undefined || !network.isActive(post.did)) {
    throw new XrpcError(400, 'NotFound', `Post not found: ${asked}`);
  }
  if (network.blocksBrand(post.did)) return { thread: blocked(post) };

  const view = (node: PostOf, rest: Node): Node => ({
    $type: 'app.bsky.feed.defs#threadViewPost',
    post: views.post(node),
    ...rest,
    threadContext: {},
  });
  const above = (parent: string | undefined, height: number): Node => {
    if (parent === undefined || height === 0) return {};
    const node = network.post(parent);
    if (node === undefined || !network.isActive(node.did)) {
      const $type = 'app.bsky.feed.defs#notFoundPost';
      return { parent: { $type, uri: parent, notFound: true } };
    }
    if (network.blocksBrand(node.did)) return { parent: blocked(node) };
    return { parent: view(node, above(node.record.reply?.parent.uri, height - 1)) };
  };
  const below = (parent: PostOf, levels: number): Node =>
    levels === 0
      ? {}
      : {
          replies: repliesTo(network, parent.uri).map((reply) =>
            view(reply, below(reply, levels - 1)),
          ),
        };

  const ancestors = above(post.record.reply?.parent.uri, parentHeight);
  return { thread: view(post, { ...ancestors, ...below(post, depth) }) };
}

function resolve(network: Network, uri: string): string {
  const parsed = parseAtUri(uri);
  if (parsed === undefined) throw internalError(500);
  const did = network.find(parsed.authority)?.did ?? parsed.authority;
  return `at://${did}/${parsed.collection}/${parsed.rkey}`;
}

function repliesTo(network: Network, uri: string): PostOf[] {
  return network
    .posts()
    .filter(({ record }) => record.reply?.parent.uri === uri)
    .filter(({ did }) => network.isActive(did) && !network.blocksBrand(did))
    .sort((a, b) => Date.parse(b.sortAt) - Date.parse(a.sortAt));
}

function blocked({ uri, did }: PostOf): Node {
  const author = { did, viewer: { blockedBy: true } };
  return { $type: 'app.bsky.feed.defs#blockedPost', uri, blocked: true, author };
}
