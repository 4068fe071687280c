export type ObjectType = 'contacts' | 'notes';

/** HubSpot names an object type by plural, by singular or by number. */
export const OBJECT_TYPE_NAMES: Readonly<Record<string, ObjectType>> = {
  contacts: 'contacts',
  contact: 'contacts',
  '0-1': 'contacts',
  notes: 'notes',
  note: 'notes',
  '0-46': 'notes',
};

/** Property values as HubSpot keeps them: strings, whatever the property's type. */
export type Values = Readonly<Record<string, string>>;

export interface CrmRecord {
  readonly id: string;
  readonly values: Values;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt?: number;
  readonly createdBy: Actor;
}

/** Who made a change; becomes changeSource and sourceId of a webhook event. */
export type Actor =
  | { source: 'CRM_UI'; userId: number }
  | { source: 'INTEGRATION'; appId: number }
  | { source: 'IMPORT' };

interface ChangeOf {
  objectType: ObjectType;
  id: string;
  actor: Actor;
  at: number;
}

export type Change =
  | (ChangeOf & { kind: 'saved'; record: CrmRecord | undefined })
  | (ChangeOf & { kind: 'created' | 'deleted' | 'restored' | 'privacyDeleted' })
  | (ChangeOf & {
      kind: 'written';
      property: string;
      value: string;
      previous: string;
      changed: boolean;
    })
  | (ChangeOf & { kind: 'merged'; mergedIds: string[]; newId?: string; movedProperties: number })
  | (ChangeOf & { kind: 'linked' });

export interface PropertyOption {
  label: string;
  value: string;
  displayOrder: number;
  hidden: boolean;
  description?: string;
}

export interface PropertyDefinition {
  name: string;
  label: string;
  type: 'string' | 'number' | 'date' | 'datetime' | 'enumeration' | 'bool';
  fieldType: string;
  groupName: string;
  description: string;
  options: PropertyOption[];
  hasUniqueValue: boolean;
  hidden: boolean;
  formField: boolean;
  displayOrder: number;
  hubspotDefined: boolean;
  externalOptions: boolean;
  readOnlyValue: boolean;
  archived: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface PropertyGroup {
  name: string;
  label: string;
  displayOrder: number;
  archived: boolean;
}
