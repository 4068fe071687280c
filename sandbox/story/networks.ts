import { startBlog, type BlogSandbox } from '../blog/emulator.ts';
import type { BlogCredentials } from '../blog/rest.ts';
import { startBluesky, type BlueskySandbox } from '../bluesky/emulator.ts';
import type { Credentials } from '../bluesky/server-methods.ts';
import { startWebsites, type WebsitesSandbox } from '../websites/emulator.ts';
import { loadAudiences } from './audience.ts';
import type { Story } from './story.ts';

export interface NetworksOptions {
  story: Story;
  credentials: { bluesky: Credentials; blog: BlogCredentials };
  clock?: { now(): number };
  /** Default: the system chooses. */
  ports?: { bluesky?: number; blog?: number; websites?: number };
}

export interface Networks {
  bluesky: BlueskySandbox;
  blog: BlogSandbox;
  websites: WebsitesSandbox;
  close(): Promise<void>;
}

/** Everything outside the company's CRM, in one process; the result is a stage for the player. */
export async function startNetworks(options: NetworksOptions): Promise<Networks> {
  const { story, credentials, clock, ports = {} } = options;
  const shared = { story, ...(clock === undefined ? {} : { clock }) };
  const bluesky = await startBluesky({
    ...shared,
    audiences: loadAudiences(story.labels.accounts),
    credentials: credentials.bluesky,
    port: ports.bluesky ?? 0,
  });
  const blog = await startBlog({ ...shared, credentials: credentials.blog, port: ports.blog ?? 0 });
  const websites = await startWebsites({ story, port: ports.websites ?? 0 });
  return {
    bluesky,
    blog,
    websites,
    async close() {
      await Promise.all([bluesky.close(), blog.close(), websites.close()]);
    },
  };
}
