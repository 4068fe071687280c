import { freshness, type Freshness } from '../domain/policy/may.ts';
import { clauseOf, type PolicyPack } from '../domain/policy/pack.ts';
import { networkOf, type App } from './app.ts';

export interface PolicyStanding {
  readonly network: string;
  readonly freshness: Freshness;
  readonly version: number;
  /** The day on which a person read the network's rules last. */
  readonly checked: string;
}

/** How old the packs are of the networks that this installation can connect (R83). A network without a pack brings nothing. */
export function standings(app: App): readonly PolicyStanding[] {
  const offered = new Set([...app.networks.values()].map((one) => one.network));
  return [...offered].map((network) => standingOf(app, network));
}

export function standingOf(app: App, network: string): PolicyStanding {
  const pack = app.policies.get(network);
  if (pack === undefined) return { network, freshness: 'frozen', version: 0, checked: '' };
  const { version, checked } = pack;
  return { network, freshness: freshness(pack, app.clock.now()), version, checked };
}

/** Nothing new is taken in from sources of this connector. */
export function isFrozen(app: App, connector: string): boolean {
  return standingOf(app, networkOf(app, connector).network).freshness === 'frozen';
}

export type ListedPolicy = PolicyPack & {
  readonly freshness: Freshness;
  /** Whether this installation can connect the network. */
  readonly connectable: boolean;
};

/** Every pack with its clauses and answers, by the network's name. */
export function listPolicies(app: App): readonly ListedPolicy[] {
  const offered = new Set([...app.networks.values()].map((one) => one.network));
  return [...app.policies.values()]
    .map((pack) => ({
      ...pack,
      freshness: freshness(pack, app.clock.now()),
      connectable: offered.has(pack.network) && clauseOf(pack.connect) === undefined,
    }))
    .toSorted((a, b) => (a.network < b.network ? -1 : 1));
}
