import { RuleFileFault } from '../platform/ruleFile.ts';
import type { WorkspaceTx } from '../store/database.ts';
import {
  insertRules,
  latestShadowRun,
  listRules,
  recordShadowRun,
  type PublishedRules,
  type ShadowRun,
} from '../store/pairingRules.ts';
import type { RepairRun } from '../store/repairRuns.ts';
import type { App } from './app.ts';
import { isShadowed, readPairingRules, rulesInForce, rulesText } from './pairingRules.ts';
import { requestRepair } from './repair.ts';

export interface RulesDraft {
  readonly text: string;
  /** Who says so, as they are known in the company. */
  readonly by: string;
  readonly note?: string | undefined;
}

export interface RulesPublished {
  readonly version: number;
  /** Everything is looked at again under the new rules. */
  readonly repair: RepairRun;
}

/**
 * Puts a rules file into force. Throws a RuleFileFault with line, path and remedy: for a broken file, for a version that is not
 * above the one in force, and for probability that may link without a shadow run.
 */
export async function publishRules(
  app: App,
  workspace: string,
  { text, by, note }: RulesDraft,
): Promise<RulesPublished> {
  const rules = readPairingRules('the rules file', text);
  return app.database.inWorkspace(workspace, async (tx) => {
    const { weighing } = await rulesInForce(app, tx);
    if (rules.version <= weighing.version)
      throw refused(text, 'version', `must be above ${weighing.version}, the version in force`);
    if (rules.decide.automatic.allowed && !(await isShadowed(tx)))
      throw refused(
        text,
        'decide.automatic.allowed',
        'needs a recorded shadow run of at least 500 decided suggestions without a wrong one: leave it false, and record one',
      );
    const version = { version: rules.version, text, publishedBy: by, note: note ?? null };
    if (!(await insertRules(tx, version))) throw refused(text, 'version', 'was published already');
    return { version: rules.version, repair: await requestRepair(app, tx, 'rules') };
  });
}

function refused(text: string, path: string, message: string): RuleFileFault {
  const word = path.split('.').at(-1) ?? path;
  const line = text.split('\n').findIndex((one) => new RegExp(`\\b${word}\\s*:`).test(one)) + 1;
  return new RuleFileFault(
    `the rules file cannot be used:\n  line ${Math.max(1, line)}, ${path}: ${message}`,
  );
}

export interface RulesOverview {
  /** The version in force. */
  readonly version: number;
  readonly text: string;
  /** False while they are the ones that come with the service. */
  readonly isOwn: boolean;
  readonly published: readonly Omit<PublishedRules, 'text'>[];
  readonly shadowRun: ShadowRun | undefined;
  readonly mayWeightLink: boolean;
}

export async function showRules(app: App, workspace: string): Promise<RulesOverview> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const rules = await rulesInForce(app, tx);
    return {
      version: rules.weighing.version,
      text: await rulesText(app, tx, rules),
      isOwn: rules.isOwn,
      published: await listRules(tx),
      shadowRun: await latestShadowRun(tx),
      mayWeightLink: rules.mayWeightLink,
    };
  });
}

/** Counts what people said about the suggestions that probability would have linked, and keeps it: see `isShadowed`. */
export async function takeShadowRun(app: App, workspace: string): Promise<ShadowRun> {
  return app.database.inWorkspace(workspace, async (tx: WorkspaceTx) => {
    const { weighing } = await rulesInForce(app, tx);
    return recordShadowRun(tx, weighing.version);
  });
}
