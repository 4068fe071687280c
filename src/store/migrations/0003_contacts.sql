create table contacts (
  workspace_id uuid not null,
  id bigint generated always as identity,
  connection_id uuid not null,
  -- Text, although HubSpot's are numbers: ids are names, not quantities.
  external_id text not null,
  -- The CRM's own field names and raw values, only the fields that the mapping names.
  fields jsonb not null default '{}',
  state text not null default 'live' check (state in ('live', 'deleted', 'merged', 'erased')),
  merged_into bigint,
  updated_in_crm_at timestamptz,
  -- The full read that saw the contact last; one that a finished read did not see is gone.
  seen_in_run bigint,
  primary key (workspace_id, id),
  unique (workspace_id, connection_id, external_id),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
call guard('contacts');

-- What a contact can be recognised by, canonical, one row each: candidates for an account are an index lookup.
create table contact_identifiers (
  workspace_id uuid not null,
  contact_id bigint not null,
  kind text not null,
  value text not null,
  primary key (workspace_id, kind, value, contact_id),
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
call guard('contact_identifiers');
create index contact_identifiers_of_contact on contact_identifiers (workspace_id, contact_id);

-- Contacts that a webhook pointed at and that are to be read again, in batches of the vendor's size.
create table refreshes (
  workspace_id uuid not null,
  connection_id uuid not null,
  external_id text not null,
  requested_at timestamptz not null default clock_timestamp(),
  -- A merge was announced: the CRM's id of the survivor, in case the merged-away id is simply not found any more.
  merged_into text,
  primary key (workspace_id, connection_id, external_id),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
call guard('refreshes');

-- Keyed hashes of identifiers of erased or objecting persons. Nothing else of them is kept.
create table suppressions (
  workspace_id uuid not null references workspaces,
  kind text not null,
  -- Carries the id of the key that it needs.
  hash text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, kind, hash)
);
call guard('suppressions');

-- An empty field and an absent one are the same thing; it is kept as absent.
create function jsonb_strip_empty(object jsonb) returns jsonb
  language sql immutable
  return (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(object) where value <> '""'::jsonb);
