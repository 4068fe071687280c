import type { Clock, ConnectorPorts } from '../../../src/contract/ports.ts';

export interface TestPorts<Secrets> extends ConnectorPorts<Secrets> {
  /** The buckets asked for, in order. */
  readonly paced: string[];
  readonly stored: () => Secrets;
}

/** A slot that renews one caller at a time, as the real one does across processes. */
export function testPorts<Secrets>(
  initial: Secrets,
  clock: Clock = { now: () => new Date() },
): TestPorts<Secrets> {
  let stored = initial;
  let last: Promise<unknown> = Promise.resolve();
  const paced: string[] = [];
  return {
    clock,
    paced,
    stored: () => stored,
    pace(bucket) {
      paced.push(bucket);
      return Promise.resolve();
    },
    fetchPublic: () => Promise.reject(new Error('A CRM connector reads no public addresses.')),
    secrets: {
      read: () => Promise.resolve(stored),
      renew(change) {
        const turn = last.then(async () => {
          stored = await change(stored);
          return stored;
        });
        last = turn.catch(() => undefined);
        return turn;
      },
    },
  };
}
