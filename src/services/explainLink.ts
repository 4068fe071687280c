import { explain, type Explanation } from '../domain/pairing/explain/explain.ts';
import type { Language } from '../domain/timeline.ts';
import { decisionsOfAccount } from '../store/decisions.ts';
import { readLink } from '../store/links.ts';
import type { App } from './app.ts';

/**
 * Why a link stands as it stands (R08), or as it stood after an earlier decision. From the decision log alone, so that the
 * answer is the same whenever it is asked. Undefined when there is no such link or decision.
 */
export async function explainLink(
  app: App,
  workspace: string,
  linkId: string,
  asked: { readonly language: Language; readonly decision?: string | undefined },
): Promise<Explanation | undefined> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const link = await readLink(tx, linkId);
    if (link === undefined) return undefined;
    const log = await decisionsOfAccount(tx, link.accountId);
    const own = log.filter((one) => one.contactId === link.contactId);
    const decision = asked.decision ?? own.at(-1)?.id;
    if (decision === undefined || !own.some((one) => one.id === decision)) return undefined;
    return explain(log, decision, asked.language);
  });
}
