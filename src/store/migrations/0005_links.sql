create table links (
  workspace_id uuid not null,
  id bigint generated always as identity,
  account_id bigint not null,
  contact_id bigint not null,
  state text not null
    check (state in ('suggested', 'active', 'rejected', 'withdrawn', 'expired', 'erased')),
  -- domain/pairing's Evidence[]: class, rule, source, time.
  evidence jsonb not null,
  rule text not null,
  rule_version integer not null,
  -- Why we may: the legal ground in facts of the pairing, as "handle_recorded_by_company".
  basis text not null,
  decided_by text not null,
  decided_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, account_id, contact_id),
  foreign key (workspace_id, account_id) references accounts on delete cascade,
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
call guard('links');
create unique index links_one_active_contact on links (workspace_id, account_id) where state = 'active';
create index links_of_contact on links (workspace_id, contact_id);
