import { FLOORS, pairingRulesSchema, type ServiceRules } from '../domain/pairing/rules/schema.ts';
import { reckonedContacts, weighingOf, type Weighing } from '../domain/pairing/weigh.ts';
import { readRuleFile, RuleFileFault } from '../platform/ruleFile.ts';
import type { WorkspaceTx } from '../store/database.ts';
import {
  latestShadowRun,
  readPairingState,
  readRulesText,
  type PairingState,
} from '../store/pairingRules.ts';
import type { App } from './app.ts';

/** What holds when an account is paired. */
export interface RulesInForce {
  readonly weighing: Weighing;
  /** Published by the workspace itself. */
  readonly isOwn: boolean;
  /** The number of contacts that probability reckons with. */
  readonly contacts: number;
  /** Probability alone may link: the rules say so, and a recorded shadow run lets them. */
  readonly mayWeightLink: boolean;
}

/** Reads a rules file of the service. Throws a RuleFileFault with line, path and remedy of all faults. */
export function readPairingRules(file: string, text: string): ServiceRules {
  const rules = readRuleFile(file, text, pairingRulesSchema);
  if (rules.for === 'service') return rules;
  throw new RuleFileFault(`${file} cannot be used:\n  line 1, for: must be \`service\``);
}

export async function rulesInForce(app: App, tx: WorkspaceTx): Promise<RulesInForce> {
  const state = await readPairingState(tx);
  const { rulesVersion } = state;
  const weighing = rulesVersion === null ? defaultOf(app) : await publishedOf(tx, rulesVersion);
  return inForce(tx, weighing, state);
}

/** The same for rules that are only tried out. */
export async function tried(tx: WorkspaceTx, weighing: Weighing): Promise<RulesInForce> {
  return inForce(tx, weighing, await readPairingState(tx));
}

async function inForce(
  tx: WorkspaceTx,
  weighing: Weighing,
  { rulesVersion, reckonedContacts: reckoned }: PairingState,
): Promise<RulesInForce> {
  const mayWeightLink = weighing.thresholds.automatic.allowed && (await isShadowed(tx));
  const isOwn = rulesVersion !== null;
  return { weighing, isOwn, mayWeightLink, contacts: reckoned ?? reckonedContacts(0) };
}

/** At least as many suggestions as the floor asks were decided by people, and none of them was wrong. */
export async function isShadowed(tx: WorkspaceTx): Promise<boolean> {
  const run = await latestShadowRun(tx);
  return run !== undefined && run.reviewed >= FLOORS.shadowDecisions && run.wrong === 0;
}

/** The file in force, as it was published. */
export async function rulesText(
  app: App,
  tx: WorkspaceTx,
  { isOwn, weighing }: RulesInForce,
): Promise<string> {
  const own = isOwn ? await readRulesText(tx, weighing.version) : undefined;
  return own ?? app.pairing.text;
}

const DEFAULTS = new WeakMap<App, Weighing>();

function defaultOf(app: App): Weighing {
  const known = DEFAULTS.get(app) ?? weighingOf(app.pairing.rules);
  DEFAULTS.set(app, known);
  return known;
}

/** A published version never changes. The few that are in use are kept, made ready. */
const PUBLISHED = new Map<string, Weighing>();
const MOST_KEPT = 100;

async function publishedOf(tx: WorkspaceTx, version: number): Promise<Weighing> {
  const key = `${tx.workspace}:${version}`;
  const known = PUBLISHED.get(key);
  if (known !== undefined) return known;
  const text = await readRulesText(tx, version);
  if (text === undefined) throw new Error(`rules version ${version} is not there`);
  const weighing = weighingOf(readPairingRules(`version ${version}`, text));
  if (PUBLISHED.size >= MOST_KEPT) PUBLISHED.clear();
  PUBLISHED.set(key, weighing);
  return weighing;
}
