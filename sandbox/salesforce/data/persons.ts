import { type Fault, fault } from '../errors.ts';
import type { Actor, Row, Value } from '../model.ts';
import type { OrgData } from './org-data.ts';
import type { ObjectDefinition } from '../schema/objects.ts';

/** A person account is an Account and a Contact in its shadow, written through the Account. */
export function personCreated(
  org: OrgData,
  object: ObjectDefinition,
  values: Record<string, Value>,
): Record<string, Value> {
  if (object.name !== 'Account' || !org.options.personAccounts) return values;
  const personType = object.recordTypes.find(({ isPersonType }) => isPersonType);
  const isPerson =
    personType !== undefined &&
    (values.RecordTypeId === personType.id || (values.LastName ?? null) !== null);
  if (!isPerson) return values;
  return {
    ...values,
    IsPersonAccount: true,
    RecordTypeId: personType.id,
    PersonContactId: org.ids.next('003'),
  };
}

/** Brings the shadow up to the Account's state: two records change, two events follow. */
export function personUpdated(org: OrgData, actor: Actor, account: Row): void {
  const { IsPersonAccount, PersonContactId } = account.values;
  if (account.type !== 'Account' || IsPersonAccount !== true || typeof PersonContactId !== 'string')
    return;
  const before = org.records.row('Contact', PersonContactId);
  const person = Object.fromEntries(
    [...org.personFields].map(([onAccount, onContact]) => [
      onContact,
      account.values[onAccount] ?? null,
    ]),
  );
  const trail = Object.fromEntries(
    [
      'CreatedDate',
      'CreatedById',
      'LastModifiedDate',
      'LastModifiedById',
      'SystemModstamp',
      'OwnerId',
      'Name',
      'Phone',
      'IsDeleted',
    ].map((name) => [name, account.values[name] ?? null]),
  );
  const fixed = { Id: PersonContactId, AccountId: account.id, IsPersonAccount: true };
  const row: Row = {
    type: 'Contact',
    id: PersonContactId,
    values: { ...before?.values, ...person, ...trail, ...fixed },
  };
  const fields = [...org.personFields.values()].filter(
    (name) => (row.values[name] ?? null) !== (before?.values[name] ?? null),
  );
  org.records.store({
    row,
    actor,
    kind: before === undefined ? 'created' : 'updated',
    fields,
    ...(before !== undefined && { before }),
  });
}

export function shadowFault(before: Row, written: readonly string[]): Fault | undefined {
  if (before.type !== 'Contact' || before.values.IsPersonAccount !== true) return undefined;
  return fault(
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    `Unable to create/update fields: ${written.join(', ')}. The fields of a person account are written through its Account.`,
    written,
  );
}
