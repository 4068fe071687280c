import { refuse } from '../errors.ts';
import { type Actor, type Row, type Value, stamp } from '../model.ts';
import type { OrgData } from './org-data.ts';
import type { Input } from './input.ts';

/** Up to two records become part of a third. Their children move over; they themselves lie in the bin. */
export function mergeRecords(
  org: OrgData,
  actor: Actor,
  {
    type,
    masterId,
    losers,
    values = {},
  }: { type: string; masterId: string; losers: readonly string[]; values?: Input },
): Row {
  const object = org.schema.object(type);
  if (object?.mergeable !== true) throw refuse('INVALID_TYPE', `${type} cannot be merged`);
  if (losers.length < 1 || losers.length > 2 || losers.includes(masterId)) {
    throw refuse('INVALID_NUMBER_FIELD', 'A merge takes one or two other records.');
  }
  return org.transaction.run(() => {
    const master = org.records.live(type, masterId);
    for (const id of losers) {
      const loser = org.records.live(type, id);
      mergeShadows(org, actor, { master, loser });
      adoptChildren(org, actor, { loser, masterId });
      org.bin.delete(actor, org.records.live(type, id), masterId);
    }
    return org.records.update(actor, type, { id: masterId, input: values });
  });
}

function adoptChildren(
  org: OrgData,
  actor: Actor,
  { loser, masterId }: { loser: Row; masterId: string },
): void {
  const now = stamp(org.now());
  for (const { child, field } of org.schema.childrenOf(loser.type)) {
    if (['MasterRecordId', 'PersonContactId'].includes(field.name)) continue;
    for (const before of org.records.table(child.name).rows.values()) {
      if (before.values[field.name] !== loser.id || before.values.IsDeleted === true) continue;
      if (before.values.IsPersonAccount === true) continue;
      const values = { ...before.values, [field.name]: masterId, SystemModstamp: now };
      org.records.store({
        row: { ...before, values },
        before,
        actor,
        kind: 'updated',
        fields: [field.name],
      });
    }
  }
}

/** Two person accounts: their shadows merge as well. */
function mergeShadows(
  org: OrgData,
  actor: Actor,
  { master, loser }: { master: Row; loser: Row },
): void {
  const [kept, gone]: (Value | undefined)[] = [
    master.values.PersonContactId,
    loser.values.PersonContactId,
  ];
  if (typeof kept !== 'string' || typeof gone !== 'string') return;
  const shadow = org.records.live('Contact', gone);
  adoptChildren(org, actor, { loser: shadow, masterId: kept });
  org.bin.delete(actor, shadow, kept);
}
