-- One row per thing that a CRM should hold because of us: the fields of one contact, or one timeline entry. Planning
-- again overwrites what is wanted (so writes coalesce) and raises the version; a delivery is done when the version that
-- was confirmed is the version that is wanted.
create table deliveries (
  workspace_id uuid not null,
  id bigint generated always as identity,
  connection_id uuid not null,
  kind text not null check (kind in ('fields', 'entry')),
  -- Deterministic, and for an entry the key under which the CRM holds it.
  key text not null,
  contact_id bigint not null,
  activity_id bigint,
  -- Null: it should not be there.
  wanted jsonb,
  version integer not null default 1,
  sent_version integer,
  confirmed_version integer not null default 0,
  state text not null default 'planned'
    check (state in ('planned', 'sent', 'confirmed', 'parked', 'withdrawn')),
  reason text,
  attempts integer not null default 0,
  due_at timestamptz not null default now(),
  -- The process that has it in hand; see processes.
  claimed_by bigint,
  -- True once the CRM may hold it: from the moment of the first sending, whatever the answer was.
  maybe_written boolean not null default false,
  remote_id text,
  planned_at timestamptz not null default now(),
  confirmed_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, connection_id, key),
  foreign key (workspace_id, connection_id) references connections on delete cascade,
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
call guard('deliveries');
create index deliveries_due on deliveries (workspace_id, connection_id, due_at) where state = 'planned';
create index deliveries_of_contact on deliveries (workspace_id, contact_id);
create index deliveries_in_hand on deliveries (claimed_by) where claimed_by is not null;

-- Each value we wrote, with what stood there before. Written before the call goes out: the echo may come back first.
create table field_journal (
  workspace_id uuid not null,
  id bigint generated always as identity,
  connection_id uuid not null,
  contact_id bigint not null,
  field text not null,
  before text,
  value text not null,
  written_at timestamptz not null default now(),
  confirmed_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, connection_id) references connections on delete cascade,
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
call guard('field_journal');
create index field_journal_of_contact on field_journal (workspace_id, contact_id, field, id);
