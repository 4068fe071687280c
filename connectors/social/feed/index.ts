import { defineSocial } from '../../../src/contract/definition.ts';
import { feedSource } from './feedSource.ts';
import { feedSecrets, feedSettings } from './settings.ts';
import type { FeedSecrets, FeedSettings } from './settings.ts';
import { wordpressSource } from './wordpressSource.ts';

/** Blogs: any feed, and the company's own WordPress through its REST API. */
export const feed = defineSocial<FeedSettings, FeedSecrets>({
  id: 'feed',
  network: 'blog',
  title: 'Blog',
  capabilities: {
    brings: ['comments', 'posts'],
    threads: false,
    edits: true,
    domainHandles: false,
    batchSize: 50,
    // Nobody documents one: what a small site bears from a polite reader, and what a company's own blog does.
    budgets: {
      requests: { calls: 60, perMs: 60_000 },
      rest: { calls: 600, perMs: 60_000 },
    },
  },
  settings: feedSettings,
  secrets: feedSecrets,
  sourceId: ({ url }) => new URL(url).href,
  create: ({ settings, ports }) =>
    settings.wordpress === undefined
      ? feedSource(settings, ports)
      : wordpressSource(settings, settings.wordpress, ports),
});
