import { matchKey } from '../domain/pairing/explain/parts.ts';
import type { Pairing } from '../domain/pairing/decide.ts';
import { weightOf, type Step } from '../domain/pairing/settle.ts';
import { weighingOf } from '../domain/pairing/weigh.ts';
import { reasonFor, type Language } from '../domain/timeline.ts';
import { readAccounts } from '../store/accounts.ts';
import { readContacts } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import type { Link } from '../store/links.ts';
import { accountIdsAfter } from '../store/repairRuns.ts';
import type { App } from './app.ts';
import { assess, type Assessed } from './attribute.ts';
import { readPairingRules, tried } from './pairingRules.ts';

export interface RuleChange {
  readonly network: string;
  readonly account: string;
  readonly handle: string | null;
  /** The CRM's id of the contact. */
  readonly contact: string;
  readonly before: 'nothing' | 'suggested' | 'linked';
  readonly after: 'nothing' | 'suggested' | 'linked';
  /** What spoke for the pair until now, and what does under the new rules; null where nothing does. */
  readonly because: { readonly before: string | null; readonly after: string | null };
  readonly reason: Readonly<Record<Language, string>>;
}

export interface DryRun {
  readonly version: number;
  readonly accounts: number;
  readonly changes: readonly RuleChange[];
  /** Where the next page begins; undefined at the end. */
  readonly next: string | undefined;
}

const PAGE = 200;

/** Which pairs would appear, change or vanish under a rules file, account by account. Nothing is stored. */
export async function dryRunRules(
  app: App,
  workspace: string,
  draft: { readonly text: string; readonly after?: string | undefined; readonly limit?: number },
): Promise<DryRun> {
  const weighing = weighingOf(readPairingRules('the rules file', draft.text));
  return app.database.inWorkspace(workspace, async (tx) => {
    const rules = await tried(tx, weighing);
    const limit = Math.min(draft.limit ?? PAGE, PAGE);
    const ids = await accountIdsAfter(tx, draft.after ?? '0', limit);
    const changes: RuleChange[] = [];
    for (const account of await readAccounts(tx, ids))
      changes.push(...(await changesOf(tx, await assess(app, tx, account, rules))));
    const next = ids.length < limit ? undefined : ids.at(-1);
    return { version: weighing.version, accounts: ids.length, changes, next };
  });
}

async function changesOf(tx: WorkspaceTx, assessed: Assessed): Promise<readonly RuleChange[]> {
  const { account, links, steps } = assessed;
  const moved = steps.flatMap((step) => {
    const link = links.find((one) => one.contactId === step.contactId);
    const [before, after] = [shown(link), shownAfter(step)];
    return before === after ? [] : [{ step, link, before, after }];
  });
  const contacts = await readContacts(
    tx,
    moved.map(({ step }) => step.contactId),
  );
  const externalIds = new Map(contacts.map((one) => [one.id, one.externalId]));
  return moved.map(({ step, link, before, after }) => ({
    network: account.network,
    account: account.nativeId,
    handle: account.profile.handle ?? null,
    contact: externalIds.get(step.contactId) ?? '',
    before,
    after,
    because: {
      before: link?.matchKey ?? null,
      after: 'pairing' in step ? keyOf(step.pairing) : null,
    },
    reason: 'pairing' in step ? reasons(step.pairing) : GONE,
  }));
}

function shown(link: Link | undefined): RuleChange['before'] {
  if (link?.state === 'active') return 'linked';
  return link?.state === 'suggested' ? 'suggested' : 'nothing';
}

function shownAfter(step: Step): RuleChange['after'] {
  if (step.do === 'link') return 'linked';
  return step.do === 'suggest' ? 'suggested' : 'nothing';
}

function keyOf(pairing: Pairing): string {
  const { bits = null, probability = null } = weightOf(pairing) ?? {};
  return matchKey({ evidence: pairing.evidence, bits, probability });
}

function reasons({ rule }: Pairing): RuleChange['reason'] {
  return { de: reasonFor(rule, 'de'), en: reasonFor(rule, 'en') };
}

const GONE: RuleChange['reason'] = {
  de: 'Unter diesen Regeln spricht nicht mehr genug dafür.',
  en: 'Under these rules not enough speaks for it any more.',
};
