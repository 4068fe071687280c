import type { TimelineEntry, WriteResult } from '../../../src/contract/crm.ts';

/** Where timeline entries go in HubSpot: notes.ts or app-events.ts. */
export interface EntrySink {
  put(entries: readonly TimelineEntry[]): Promise<readonly WriteResult[]>;
  remove(keys: readonly string[]): Promise<readonly WriteResult[]>;
}
