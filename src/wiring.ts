import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { hubspot } from '../connectors/crm/hubspot/index.ts';
import { blueskyAt, officialHosts } from '../connectors/social/bluesky/index.ts';
import { feed } from '../connectors/social/feed/index.ts';
import type { Config } from './config.ts';
import type { SocialDefinition } from './contract/definition.ts';
import { mappingSchema, type Mapping } from './domain/mapping/mapping.ts';
import { forbiddenRows } from './domain/policy/mapping.ts';
import { packSchema, type PolicyPacks } from './domain/policy/pack.ts';
import { multiplierSchema, weightsOf, type Weights } from './domain/scoring/weights.ts';
import { createPublicFetch } from './platform/http/publicFetch.ts';
import { clockStartingAt, systemClock } from './platform/clock.ts';
import type { Logger } from './platform/logger.ts';
import { readRuleFile } from './platform/ruleFile.ts';
import { createPepper, createVault, type KeyRing } from './platform/secrets/index.ts';
import type { App, CrmOffer, PairingFile } from './services/app.ts';
import { readPairingRules } from './services/pairingRules.ts';
import { createOpeners } from './services/openConnection.ts';
import type { Database } from './store/database.ts';

/** The only list of social connectors. Adding one means adding one line here. */
const networks = (config: Config) =>
  [blueskyAt([...officialHosts, ...config.BLUESKY_SERVERS]), feed] as const;

/** The only list of CRM connectors, each with our app's settings for it. */
const crms = (config: Config) =>
  [
    [
      hubspot,
      {
        appId: config.HUBSPOT_APP_ID,
        clientId: config.HUBSPOT_CLIENT_ID,
        clientSecret: config.HUBSPOT_CLIENT_SECRET,
        previousClientSecret: config.HUBSPOT_PREVIOUS_CLIENT_SECRET,
        appEventType: config.HUBSPOT_APP_EVENT_TYPE,
        apiBaseUrl: config.HUBSPOT_API_URL,
        authorizeUrl: config.HUBSPOT_AUTHORIZE_URL,
      },
    ],
  ] as const;

const MAPPINGS = new URL('../mappings/', import.meta.url);

export interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly keyRing: KeyRing;
  readonly logger: Logger;
  readonly processId: string;
  readonly count: App['count'];
  readonly wakeDispatch: App['wakeDispatch'];
}

export async function buildApp(parts: Parts): Promise<App> {
  const { config, keyRing } = parts;
  const policies = await readPolicies();
  const mappings = await readMappings(policies);
  const app: App = {
    database: parts.database,
    logger: parts.logger,
    processId: parts.processId,
    count: parts.count,
    wakeDispatch: parts.wakeDispatch,
    vault: createVault(keyRing),
    pepper: createPepper(keyRing),
    clock:
      config.CLOCK_START === undefined
        ? systemClock
        : clockStartingAt(new Date(config.CLOCK_START)),
    random: () => Math.random(),
    publicUrl: config.PUBLIC_URL,
    timing: {
      pollMs: config.POLL_SECONDS,
      recheckMs: config.RECHECK_SECONDS,
      followMs: config.FOLLOW_SECONDS,
    },
    fetchPublic: createPublicFetch({
      userAgent: `Echofile (+${config.PUBLIC_URL})`,
      testHosts: config.TEST_HOSTS,
    }),
    crms: new Map(crms(config).map(([definition, raw]) => offer(definition, raw, mappings))),
    policies,
    pairing: await readPairing(),
    multiplier: await readMultiplier(),
    // Method parameters are bivariant, so a definition of known settings stands where any is asked for; wiring is the one
    // place that pairs each with values its own schemas have parsed.
    networks: new Map(networks(config).map((one) => [one.id, one as SocialDefinition])),
    ...createOpeners(() => app),
  };
  return app;
}

function offer(
  definition: typeof hubspot,
  raw: Readonly<Record<string, string | undefined>>,
  mappings: ReadonlyMap<string, Mapping>,
): [string, CrmOffer] {
  const mapping = mappings.get(definition.id);
  if (mapping === undefined) throw new Error(`mappings/ has no file for ${definition.id}`);
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
  return [
    definition.id,
    {
      definition: definition,
      appSettings: definition.app.parse(given),
      mapping,
    },
  ];
}

/** The default field mappings, by connector. Throws with the file's name and every fault in it. */
async function readMappings(policies: PolicyPacks): Promise<ReadonlyMap<string, Mapping>> {
  const files = await readRuleFiles(MAPPINGS, '.contact.yaml', mappingSchema);
  for (const [name, mapping] of files) {
    const faults = forbiddenRows(policies, mapping);
    if (faults.length > 0) {
      throw new Error(`mappings/${name} is not permitted:\n  ${faults.join('\n  ')}`);
    }
  }
  return new Map([...files.values()].map((mapping) => [mapping.connector, mapping]));
}

/** The default rules of pairing. Throws as readMappings. */
export async function readPairing(file = new URL('pairing.yaml', MAPPINGS)): Promise<PairingFile> {
  const text = await readFile(file, 'utf8');
  return { text, rules: readPairingRules('mappings/pairing.yaml', text) };
}

/** The policy packs, by network. Throws as readMappings. */
export async function readPolicies(folder = new URL('policy/', MAPPINGS)): Promise<PolicyPacks> {
  const files = await readRuleFiles(folder, '.yaml', packSchema);
  for (const [name, { network }] of files) {
    if (name !== `${network}.yaml`) throw new Error(`policy/${name} is of network ${network}`);
  }
  return new Map([...files.values()].map((pack) => [pack.network, pack]));
}

/** The weights of the multiplier score. Throws with every fault of the file. */
export async function readMultiplier(): Promise<Weights> {
  const text = await readFile(new URL('multiplier.yaml', MAPPINGS), 'utf8');
  return weightsOf(readRuleFile('mappings/multiplier.yaml', text, multiplierSchema));
}

async function readRuleFiles<S extends z.ZodType>(
  folder: URL,
  suffix: string,
  schema: S,
): Promise<ReadonlyMap<string, z.output<S>>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(suffix)).sort();
  const files = await Promise.all(
    names.map(async (name): Promise<[string, z.output<S>]> => {
      const url = new URL(name, folder);
      return [name, readRuleFile(fileURLToPath(url), await readFile(url, 'utf8'), schema)];
    }),
  );
  return new Map(files);
}
