import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CallApi } from '../platform/http/ownApi.ts';
import type { Language, Texts } from './texts.ts';

export interface Options {
  readonly workspace: string | undefined;
  readonly by: string;
  readonly note: string | undefined;
  readonly basis: string | undefined;
  readonly batch: string | undefined;
  readonly ruleVersion: string | undefined;
  readonly value: string | undefined;
  readonly limit: string | undefined;
  readonly do: boolean;
}

export interface Session {
  readonly call: CallApi;
  readonly options: Options;
  readonly language: Language;
  readonly text: Texts;
  readonly print: (line: string) => void;
}

/** What the person at the terminal has to put right; its message is for them. */
export class CannotDo extends Error {
  override readonly name = 'CannotDo';
}

const candidate = z.object({
  link: z.string(),
  contact: z.string(),
  name: z.string(),
  state: z.string(),
  rule: z.string(),
  probability: z.number().nullable(),
});
const reviewPage = z.object({
  total: z.number(),
  reviews: z.array(
    z.object({
      network: z.string(),
      nativeId: z.string(),
      handle: z.string().nullable(),
      displayName: z.string().nullable(),
      waiting: z.number(),
      contested: z.boolean(),
      candidates: z.array(candidate),
    }),
  ),
});

/** Told about what: a key, a field. Refusals of the service are shown with its own reason. */
async function ask<T>(
  { call, language, text }: Session,
  about: string,
  [method, path, body]: Parameters<CallApi>,
  shape: z.ZodType<T>,
): Promise<T> {
  const { status, body: answer } = await call(method, path, body);
  if (status < 400) return shape.parse(answer ?? {});
  const { error } = refusal.catch({ error: { message: '' } }).parse(answer);
  const why = error.messages?.[language] ?? error.message;
  const more = [...(error.fields ?? []), error.next ?? ''].filter((one) => one !== '');
  throw new CannotDo([`${text.refused(about, status)}: ${why}`, ...more].join('\n  '));
}

const refusal = z.object({
  error: z.object({
    message: z.string(),
    messages: z.object({ de: z.string(), en: z.string() }).optional(),
    fields: z.array(z.string()).optional(),
    next: z.string().optional(),
  }),
});

/** `/workspaces/ID`: the one that was named, or the only one. */
export async function workspaceOf(session: Session): Promise<string> {
  const { options, text } = session;
  if (options.workspace !== undefined)
    return `/workspaces/${encodeURIComponent(options.workspace)}`;
  const shape = z.object({ workspaces: z.array(z.object({ id: z.string(), name: z.string() })) });
  const { workspaces } = await ask(session, 'workspaces', ['GET', '/workspaces'], shape);
  const [only, ...others] = workspaces;
  if (only === undefined) throw new CannotDo(text.noWorkspace);
  if (others.length === 0) return `/workspaces/${only.id}`;
  const names = workspaces.map(({ id, name }) => `${id}  ${name}`);
  throw new CannotDo([text.whichWorkspace, ...names].join('\n  '));
}

export async function list(session: Session): Promise<void> {
  const { text, print, options } = session;
  const limit = options.limit ?? '50';
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > 200) throw new CannotDo(text.badNumber);
  const path = `${await workspaceOf(session)}/reviews?limit=${limit}`;
  const { total, reviews } = await ask(session, 'list', ['GET', path], reviewPage);
  if (reviews.length === 0) {
    print(text.empty);
    return;
  }
  print(text.waiting(reviews.length, total));
  for (const one of reviews) {
    const who = [one.displayName, one.handle ?? one.nativeId].filter((name) => name !== null);
    const notes = [text.activities(one.waiting), ...(one.contested ? [text.contested] : [])];
    print(`\n${one.network} ${who.join(' · ')} (${notes.join(', ')})`);
    for (const { link, contact, name, state, rule, probability } of one.candidates) {
      const chance = probability === null ? '' : ` ${percent(probability)}`;
      const holds = state === 'active' ? ` — ${text.holds}` : '';
      print(`  ${link.padStart(6)}  ${name} (${contact})  ${rule}${chance}${holds}`);
    }
  }
}

/** Never 100 %: nothing that was weighed is certain. */
function percent(probability: number): string {
  return `${Math.min(99.9, probability * 100).toFixed(1)} %`;
}

export async function show(session: Session, key: string): Promise<void> {
  const shape = z.object({
    explanation: z.object({
      sentence: z.string(),
      matchKey: z.string(),
      prior: z.number().nullable(),
      waterfall: z.array(
        z.object({
          label: z.string(),
          kind: z.string(),
          source: z.string(),
          bits: z.number().optional(),
          to: z.number(),
        }),
      ),
      runnerUp: z
        .object({ contact: z.string(), matchKey: z.string(), reason: z.string() })
        .nullable(),
    }),
  });
  const path = `${await workspaceOf(session)}/links/${encodeURIComponent(key)}/explanation`;
  const asked = ['GET', `${path}?language=${session.language}`] as const;
  const { explanation } = await ask(session, key, [...asked], shape);
  session.print(explanation.sentence);
  session.print(`\n${explanation.matchKey}`);
  if (explanation.prior !== null) session.print(`  prior        ${explanation.prior.toFixed(1)}`);
  for (const { label, kind, source, bits, to } of explanation.waterfall) {
    const weight = bits === undefined ? kind : `${bits.toFixed(1)} = ${to.toFixed(1)}`;
    session.print(`  ${label.padEnd(12)} ${weight}  (${source})`);
  }
  const { runnerUp } = explanation;
  if (runnerUp === null) return;
  const { contact, matchKey, reason } = runnerUp;
  session.print(`\n${session.text.runnerUp} ${contact}: ${reason} ${matchKey}`);
}

export async function decide(
  session: Session,
  answer: 'yes' | 'no' | 'unsure',
  key: string,
): Promise<void> {
  const { by, note, basis, batch } = session.options;
  const given = { answer, by, note, batch, ...(answer === 'yes' ? { basis: basis ?? '' } : {}) };
  const path = `${await workspaceOf(session)}/reviews/${encodeURIComponent(key)}/decision`;
  const shape = z.object({ state: z.string() });
  const { state } = await ask(session, key, ['POST', path, given], shape);
  session.print(session.text.decided(key, state));
}

export async function undo(session: Session): Promise<void> {
  const { options, text, print } = session;
  const criteria = [
    { by: 'batch', value: options.batch },
    { by: 'rule_version', value: options.ruleVersion },
    { by: 'value', value: options.value },
  ].filter((one) => one.value !== undefined);
  const [criterion] = criteria;
  if (criterion === undefined || criteria.length > 1) throw new CannotDo(text.whatToUndo);
  const { by: actor, note } = options;
  const path = `${await workspaceOf(session)}/undo`;
  const shape = z.object({
    links: z.number(),
    suggestions: z.number(),
    refusals: z.number(),
    kept: z.number(),
    sample: z.array(z.object({ network: z.string(), account: z.string(), contact: z.string() })),
    undo: z.string().optional(),
  });
  const body = { ...criterion, actor, note, dryRun: !options.do };
  const effect = await ask(session, criterion.by, ['POST', path, body], shape);
  if (effect.undo === undefined) {
    for (const one of effect.sample) print(`  ${one.network} ${one.account} -> ${one.contact}`);
    print(text.wouldUndo(effect.links, effect.suggestions, effect.refusals, effect.kept));
    print(text.addDo);
    return;
  }
  print(text.undoing(effect.links + effect.suggestions + effect.refusals));
  await follow(session, `${path}/${effect.undo}`);
}

const STEP_MS = 500;

async function follow(session: Session, path: string): Promise<void> {
  const shape = z.object({
    undo: z.object({ done: z.number(), total: z.number(), finishedAt: z.string().nullable() }),
  });
  for (;;) {
    const { undo: run } = await ask(session, 'undo', ['GET', path], shape);
    session.print(session.text.progress(run.done, run.total));
    if (run.finishedAt !== null) return;
    await sleep(STEP_MS);
  }
}

export async function conflicts(session: Session): Promise<void> {
  const { text, print } = session;
  const shape = z.object({
    conflicts: z.array(
      z.object({ id: z.string(), contact: z.string(), field: z.string(), before: z.string() }),
    ),
  });
  const path = `${await workspaceOf(session)}/conflicts`;
  const found = await ask(session, 'conflicts', ['GET', path], shape);
  if (found.conflicts.length === 0) print(text.noConflicts);
  for (const { id, contact, field, before } of found.conflicts)
    print(`  ${id.padStart(6)}  ${contact} ${field}  ${text.before}: ${before || text.nothing}`);
}

export async function settleConflict(
  session: Session,
  answer: 'keep' | 'restore',
  id: string,
): Promise<void> {
  const path = `${await workspaceOf(session)}/conflicts/${encodeURIComponent(id)}`;
  await ask(session, id, ['POST', path, { answer, by: session.options.by }], z.unknown());
  session.print(session.text.decided(id, answer));
}
