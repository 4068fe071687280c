import type { z } from 'zod';
import { hubspotError, type Reply } from './failures.ts';
import { refusal, refusalOf, type Refusal } from './refusals.ts';
import { bulkReply, type WireError } from './wire.ts';
import { understand } from './session.ts';

/** How to send one kind of record in bulk, and how to know its records again in the answer. */
export interface BulkCall<Item, Result extends z.ZodType> {
  readonly where: string;
  readonly send: (items: readonly Item[]) => Promise<Reply>;
  readonly result: Result;
  readonly keyOf: (item: Item) => string;
  /** Keys that a result or an error may mean. Never its place in the list: HubSpot promises no order. */
  readonly named: (result: z.infer<Result>) => readonly (string | undefined)[];
}

export type BulkOutcome<Result> =
  | { readonly done: true; readonly result: Result }
  | { readonly done: false; readonly refusal: Refusal };

/**
 * One outcome per key. HubSpot refuses a whole batch for one bad record unless it chooses to answer 207 (BEHAVIOR 11),
 * so whatever an answer leaves open is sent again in halves until each record stands alone. Repeats are safe because
 * every write we send is.
 */
export async function sendBulk<Item, Result extends z.ZodType>(
  call: BulkCall<Item, Result>,
  items: readonly Item[],
): Promise<Map<string, BulkOutcome<z.infer<Result>>>> {
  const outcomes = new Map<string, BulkOutcome<z.infer<Result>>>();
  if (items.length === 0) return outcomes;
  const reply = await call.send(items);
  const [only] = items;
  if (reply.status >= 400) {
    if (items.length > 1 || only === undefined) return inHalves(call, items);
    return outcomes.set(call.keyOf(only), { done: false, refusal: singleRefusal(call, reply) });
  }
  read(call, items, reply, outcomes);
  const open = items.filter((item) => !outcomes.has(call.keyOf(item)));
  if (open.length === 0) return outcomes;
  // Alone and still without an answer: nothing we could send would tell more.
  if (items.length === 1) throw hubspotError({ code: 'UNEXPECTED_SHAPE', where: call.where });
  const rest = open.length < items.length ? await sendBulk(call, open) : await inHalves(call, open);
  return new Map([...outcomes, ...rest]);
}

async function inHalves<Item, Result extends z.ZodType>(
  call: BulkCall<Item, Result>,
  items: readonly Item[],
): Promise<Map<string, BulkOutcome<z.infer<Result>>>> {
  const middle = Math.ceil(items.length / 2);
  const left = await sendBulk(call, items.slice(0, middle));
  const right = await sendBulk(call, items.slice(middle));
  return new Map([...left, ...right]);
}

function read<Item, Result extends z.ZodType>(
  call: BulkCall<Item, Result>,
  items: readonly Item[],
  reply: Reply,
  outcomes: Map<string, BulkOutcome<z.infer<Result>>>,
): void {
  const { results, errors = [] } = understand(bulkReply, reply.body, call.where);
  const keys = new Set(items.map(call.keyOf));
  const [onlyKey] = keys;
  for (const raw of results) {
    const result = understand(call.result, raw, call.where);
    // A merged contact may answer under another id; alone, it can only be the one we sent.
    const key = call.named(result).find((k) => k !== undefined && keys.has(k));
    const meant = key ?? (keys.size === 1 ? onlyKey : undefined);
    if (meant !== undefined) outcomes.set(meant, { done: true, result });
  }
  for (const error of errors) {
    const named = namesIn(error).filter((name) => keys.has(name));
    const meant = named.length === 0 && keys.size === 1 ? [...keys] : named;
    for (const key of meant) outcomes.set(key, { done: false, refusal: refusal(error) });
  }
}

function namesIn({ context = {} }: WireError): string[] {
  return [context.objectWriteTraceId ?? [], context.ids ?? [], context.id ?? []].flat();
}

function singleRefusal<Item, Result extends z.ZodType>(
  call: BulkCall<Item, Result>,
  reply: Reply,
): Refusal {
  const refused = refusalOf(reply.body);
  // A 404 that names no missing record means that the address itself is gone.
  if (reply.status === 404 && !refused.gone)
    throw hubspotError({ code: 'UNEXPECTED_SHAPE', where: `${call.where}: status 404` });
  return refused;
}
