-- The rules of pairing as a workspace published them; where there is no row, the ones that come with the service hold.
create table pairing_rules (
  workspace_id uuid not null references workspaces,
  version integer not null,
  -- The file as it was published, remarks and all.
  text text not null,
  published_by text not null,
  note text,
  published_at timestamptz not null default now(),
  primary key (workspace_id, version)
);
call guard('pairing_rules');

-- A run over all contacts and accounts, so that everything stands as the rules of now would have it. It can be stopped and
-- goes on where it was.
create table repair_runs (
  workspace_id uuid not null references workspaces,
  id bigint generated always as identity,
  reason text not null,
  rules_version integer not null,
  -- Which version of the code made the keys of blocks.
  keys_version integer not null,
  -- The number of contacts that probability reckons with from this run on.
  reckoned_contacts integer not null,
  phase text not null check (phase in ('contacts', 'accounts')),
  after_id bigint not null default 0,
  contacts_total integer not null default 0,
  contacts_done integer not null default 0,
  accounts_total integer not null default 0,
  accounts_done integer not null default 0,
  pairings_changed integer not null default 0,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id)
);
call guard('repair_runs');
create unique index repair_runs_one_open on repair_runs (workspace_id) where finished_at is null;

-- What people said about suggestions that probability alone would have linked. Only such a record lets it.
create table shadow_runs (
  workspace_id uuid not null references workspaces,
  id bigint generated always as identity,
  rules_version integer not null,
  reviewed integer not null,
  wrong integer not null,
  recorded_at timestamptz not null default now(),
  primary key (workspace_id, id)
);
call guard('shadow_runs');

alter table link_decisions add column would_link boolean not null default false;
