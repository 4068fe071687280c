import { z } from 'zod';
import { defineSocial } from '../../../src/contract/definition.ts';
import type { SocialConnector } from '../../../src/contract/social.ts';
import type { Profile } from '../../../src/domain/social.ts';
import { MemoryNetwork } from './network.ts';

export { MemoryNetwork } from './network.ts';

const settings = z.strictObject({
  name: z.string().min(1).default('memory'),
  pageSize: z.int().min(1).max(1_000).default(50),
});
const secrets = z.strictObject({});

const batchSize = 25;

/** The shortest social connector that keeps the contract: what the interface says, as a program. */
export function memorySocial(network: MemoryNetwork = new MemoryNetwork()) {
  return defineSocial<z.infer<typeof settings>, z.infer<typeof secrets>>({
    id: 'memory',
    network: 'memory',
    title: 'Memory',
    capabilities: {
      brings: ['mentions'],
      threads: true,
      edits: true,
      domainHandles: false,
      batchSize,
      budgets: { call: { calls: 10_000, perMs: 1_000 } },
    },
    settings,
    secrets,
    sourceId: ({ name }) => name,
    create({ settings: { pageSize }, ports }): SocialConnector {
      const paced = async <T>(answer: () => T): Promise<T> => {
        await ports.pace('call');
        return answer();
      };
      return {
        check: () => paced(() => brandOf(network)),
        poll: (cursor) =>
          paced(() => {
            const { items, seen, more } = network.arrivals(readCursor(cursor), pageSize);
            return { items, refused: [], cursor: String(seen), more };
          }),
        recheck: (ids) => paced(() => [...new Set(ids)].map((id) => network.activity(id))),
        profiles: (ids) => paced(() => [...new Set(ids)].map((id) => network.account(id))),
        thread: (id) => paced(() => network.conversation(id)),
      };
    },
  });
}

/** A cursor that is none of ours starts from the beginning: reading twice is allowed, skipping is not. */
function readCursor(cursor: string | undefined): number {
  return cursor !== undefined && /^\d{1,15}$/.test(cursor) ? Number(cursor) : 0;
}

function brandOf(network: MemoryNetwork): Profile | undefined {
  const brand = network.account(network.brand);
  return brand.state === 'live' ? brand.profile : undefined;
}
