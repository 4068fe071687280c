import express from 'express';

import { createFaults, type Faults } from '../story/faults.ts';
import { listen } from '../story/listen.ts';
import { stepsUntil } from '../story/player.ts';
import type { Story } from '../story/story.ts';
import type { BlogStep } from '../story/types.ts';
import { createBlogControls, type BlogControls } from './controls.ts';
import { feedRoutes } from './feeds.ts';
import { otherFeedRoutes } from './other-feeds.ts';
import { pageRoutes } from './pages.ts';
import { restRoutes, type BlogCredentials } from './rest.ts';
import { BlogSite } from './site.ts';

export interface BlogOptions {
  story: Story;
  credentials: BlogCredentials;
  /** Default 0: the system chooses. Links always name blog.nordlicht.example:8920, whatever the port. */
  port?: number;
  /** Default: the time of the machine. */
  clock?: { now(): number };
}

export interface BlogSandbox {
  url: string;
  controls: BlogControls;
  faults: Faults;
  /** Requests so far by method and path, without query. */
  calls: ReadonlyMap<string, number>;
  apply(step: BlogStep): void;
  /** Plays the blog's steps up to and including a step, or to the end of a phase; steps already played are skipped. */
  advanceTo(target: string): void;
  close(): Promise<void>;
}

/** The company's own WordPress: empty at first, filled by the story. */
export async function startBlog(options: BlogOptions): Promise<BlogSandbox> {
  const { story, credentials } = options;
  const clock = options.clock ?? { now: () => Date.now() };
  const now = () => clock.now();
  const site = new BlogSite();
  const faults = createFaults();
  const calls = new Map<string, number>();

  const app = express();
  app.set('etag', false);
  app.use((request, response, next) => {
    response.set('x-powered-by', 'PHP/8.2.36');
    const name = `${request.method} ${request.path}`;
    calls.set(name, (calls.get(name) ?? 0) + 1);
    next();
  }, faults.middleware);
  app.use('/wp-json', restRoutes({ site, credentials, now }));
  app.use(feedRoutes(site), otherFeedRoutes(site), pageRoutes(site));

  const server = await listen(app, options.port);
  const played = new Set<string>();
  const apply = (step: BlogStep) => {
    if (played.has(step.id)) return;
    played.add(step.id);
    site.apply(step.change);
  };
  return {
    url: server.url,
    controls: createBlogControls(site, now),
    faults,
    calls,
    apply,
    advanceTo(target) {
      for (const step of stepsUntil(story.steps, target)) if (step.server === 'blog') apply(step);
    },
    close: server.close,
  };
}
