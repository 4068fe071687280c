import type { Admin } from './admin.ts';
import type { Company } from './company.ts';

/** As HubSpot shows them. */
const BANDS = ['0-19', '20-39', '40-59', '60-79', '80-100'];

/** What `--once` prints. */
export interface Outcome {
  readonly contacts: number;
  readonly accounts: number;
  readonly activities: { readonly stored: number; readonly goneAtTheirSource: number };
  /** Active links by the rule that proves them, suggestions by the rule that suggests. */
  readonly links: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Contacts with a multiplier score, by its band. */
  readonly scores: Readonly<Record<string, number>>;
  readonly deliveries: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly timelineEntries: number;
  /** As HubSpot counted them. */
  readonly apiCalls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly rateLimited: number;
  readonly durationMs: number;
}

export async function outcomeOf(
  admin: Admin,
  workspace: string,
  { hubspot }: Company,
  durationMs: number,
): Promise<Outcome> {
  const { contacts, social, links, scores, deliveries } = await admin.overview(workspace);
  const { calls, rateLimited } = hubspot.stats.report();
  return {
    contacts,
    accounts: social.accounts,
    activities: { stored: social.activities, goneAtTheirSource: social.activitiesGone },
    links: table(links.map(({ state, rule, count }) => [state, rule, count])),
    scores: Object.fromEntries(scores.map(({ band, count }) => [BANDS[band] ?? '', count])),
    deliveries: table(deliveries.map(({ kind, state, count }) => [kind, state, count])),
    timelineEntries: hubspot.portal().notes().length,
    apiCalls: calls,
    rateLimited,
    durationMs: Math.round(durationMs),
  };
}

function table(
  cells: readonly (readonly [row: string, column: string, count: number])[],
): Record<string, Record<string, number>> {
  const rows: Record<string, Record<string, number>> = {};
  for (const [row, column, count] of cells) rows[row] = { ...rows[row], [column]: count };
  return rows;
}
