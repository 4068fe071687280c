import { PortalControl } from '../control/portal-control.ts';
import { qualifiedName } from '../api/timeline.ts';
import { escapeHtml } from '../html.ts';
import type { Actor, CrmRecord, PropertyDefinition } from '../model.ts';
import type { Portal } from '../portal.ts';
import type { World } from '../world.ts';
import { GERMAN_GROUPS, GERMAN_LABELS } from './labels.ts';
import { sanitise } from './sanitise.ts';
import { renderTemplate } from './template.ts';

const ABOUT = [
  'email',
  'firstname',
  'lastname',
  'phone',
  'company',
  'jobtitle',
  'city',
  'lifecyclestage',
  'hs_lead_status',
  'twitterhandle',
  'hs_linkedin_url',
];
const IN_DETAILS = new Set([
  'createdate',
  'lastmodifieddate',
  'hs_object_id',
  'hs_merged_object_ids',
]);
const MOST_ROWS = 200;

interface Asked {
  id: string;
  lang: 'de' | 'en';
}

/** Everything the record page shows, as JSON. */
export function recordView(
  world: World,
  portal: Portal,
  { id, lang }: Asked,
): Record<string, unknown> {
  const record = portal.contacts.records.get(portal.contacts.survivorOf(id));
  if (record === undefined) return { state: 'gone' };
  const control = new PortalControl(world, portal);
  return {
    state: record.archivedAt === undefined ? 'live' : 'archived',
    ...rowOf(record),
    archivedAt: record.archivedAt ?? null,
    mergedIds: record.values.hs_merged_object_ids ?? '',
    groups: groupsOf(portal, record, lang),
    timeline: [...notes(world, control, record.id), ...events(world, control, record.id)].sort(
      (a, b) => b.at - a.at,
    ),
  };
}

export function listView(portal: Portal, query: string): Record<string, unknown> {
  const wanted = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const all = [...portal.contacts.records.values()];
  const hits = all.filter((record) => {
    const { email = '', company = '', firstname = '', lastname = '' } = record.values;
    const text = `${firstname} ${lastname} ${email} ${company} ${record.id}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  hits.sort(
    (a, b) =>
      Number(a.archivedAt !== undefined) - Number(b.archivedAt !== undefined) ||
      b.updatedAt - a.updatedAt,
  );
  return {
    total: all.length,
    hits: hits.length,
    rows: hits
      .slice(0, MOST_ROWS)
      .map((record) => ({ ...rowOf(record), lifecyclestage: stageOf(portal, record) })),
  };
}

function stageOf({ contacts }: Portal, { values }: CrmRecord): string {
  const options = contacts.schema.get('lifecyclestage')?.options ?? [];
  return options.find(({ value }) => value === values.lifecyclestage)?.label ?? '';
}

function rowOf({ id, values, createdAt, updatedAt, archivedAt }: CrmRecord) {
  const name = [values.firstname, values.lastname].filter((part) => part !== undefined).join(' ');
  return {
    id,
    name,
    email: values.email ?? '',
    company: values.company ?? '',
    jobtitle: values.jobtitle ?? '',
    createdAt,
    updatedAt,
    archived: archivedAt !== undefined,
  };
}

/** The usual fields first, then each group that holds custom properties, then the rest. */
function groupsOf({ contacts }: Portal, record: CrmRecord, lang: Asked['lang']) {
  const { schema } = contacts;
  const properties = schema.active().filter(({ name, hidden }) => !hidden && !IN_DETAILS.has(name));
  const about = ABOUT.flatMap((name) => properties.filter((one) => one.name === name));
  const custom = properties.filter(({ hubspotDefined }) => !hubspotDefined);
  const rest = properties.filter((one) => !about.includes(one) && !custom.includes(one));
  const field = (definition: PropertyDefinition) => ({
    ...fieldOf(definition, record),
    label: (lang === 'de' ? GERMAN_LABELS[definition.name] : undefined) ?? definition.label,
  });
  const customGroups = [...schema.groups.values()].flatMap(({ name, label }) => {
    const fields = custom.filter(({ groupName }) => groupName === name).map(field);
    const title = (lang === 'de' ? GERMAN_GROUPS[name] : undefined) ?? label;
    return fields.length === 0 ? [] : [{ kind: 'custom', label: title, fields }];
  });
  return [
    { kind: 'about', fields: about.map(field) },
    ...customGroups,
    { kind: 'more', fields: rest.map(field) },
  ];
}

const fieldOf = (
  { name, type, fieldType, options, readOnlyValue }: PropertyDefinition,
  record: CrmRecord,
) => ({
  name,
  type,
  fieldType,
  readOnly: readOnlyValue,
  value: record.values[name] ?? '',
  options: options
    .filter(({ hidden }) => !hidden)
    .map((one) => ({ value: one.value, label: one.label })),
});

function notes(world: World, control: PortalControl, id: string) {
  return control.notesOf(id).map((note) => ({
    kind: 'note',
    id: note.id,
    at: Date.parse(note.values.hs_timestamp ?? ''),
    html: sanitise(note.values.hs_note_body ?? ''),
    by: authorOf(world, note.createdBy),
  }));
}

function events(world: World, control: PortalControl, id: string) {
  return control.timelineOf(id).map(({ id: eventId, eventTypeName, at, properties }) => {
    const type = world.app.eventTypes.find(
      ({ uid }) => qualifiedName(world, uid) === eventTypeName,
    );
    const header =
      type === undefined
        ? escapeHtml(eventTypeName)
        : renderTemplate(type.headerTemplate, properties);
    const detail = type === undefined ? '' : renderTemplate(type.detailTemplate, properties);
    return {
      kind: 'event',
      id: eventId,
      at,
      html: `<p><strong>${header}</strong></p><p>${detail}</p>`,
      by: { kind: 'app', name: world.app.name },
    };
  });
}

function authorOf({ app }: World, by: Actor) {
  switch (by.source) {
    case 'INTEGRATION':
      return { kind: 'app', name: by.appId === app.appId ? app.name : String(by.appId) };
    case 'CRM_UI':
      return { kind: 'person', name: '' };
    case 'IMPORT':
      return { kind: 'import', name: '' };
  }
}
