-- Fields that hold a value which stood there before ours: these may be written also when no pairing is left.
alter table deliveries add column restores text[] not null default '{}';

-- A value of ours that somebody changed before we could take it back. The field is left alone until a person decides.
create table restore_conflicts (
  workspace_id uuid not null,
  id bigint generated always as identity,
  contact_id bigint not null,
  field text not null,
  -- The last write of ours into the field: one series of writes is asked about once.
  journal_id bigint not null,
  -- What stood there before our first write; empty for nothing.
  before text not null,
  -- Keyed hashes: enough to see whether a value is still the same.
  ours text not null,
  current text not null,
  state text not null default 'open' check (state in ('open', 'kept', 'restored')),
  opened_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, contact_id, field, journal_id),
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
call guard('restore_conflicts');
create index restore_conflicts_open on restore_conflicts (workspace_id, id) where state = 'open';
