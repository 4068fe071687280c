create table connections (
  workspace_id uuid not null references workspaces,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('crm', 'social')),
  connector text not null,
  -- The vendor's id of the customer's CRM, or the name of the source within the workspace.
  account_id text not null,
  title text not null,
  settings jsonb not null,
  -- Sealed by platform/secrets; never readable from a dump alone.
  secrets bytea not null,
  state text not null default 'active' check (state in ('active', 'revoked', 'removed')),
  state_reason text,
  state_since timestamptz not null default now(),
  -- Native id of the brand's own account, whose posts belong on nobody's timeline.
  brand_account text,
  -- Where polling stands; committed together with the items it passed.
  poll_cursor text,
  polled_at timestamptz,
  rechecked_at timestamptz,
  -- Where incremental reading of the CRM stands.
  changes_since timestamptz,
  created_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (id)
);
call guard('connections');
-- A customer's CRM belongs to one workspace, since its webhooks name only the CRM.
create unique index connections_one_per_crm on connections (connector, account_id)
  where kind = 'crm' and state <> 'removed';
create unique index connections_one_per_source on connections (workspace_id, connector, account_id)
  where kind = 'social' and state <> 'removed';

-- What the vendor grants a connection, shared by all processes: tat is the theoretical arrival time of the generic cell
-- rate algorithm, blocked_until what a 429 told us.
create table budgets (
  workspace_id uuid not null,
  connection_id uuid not null,
  bucket text not null,
  tat timestamptz not null default '-infinity',
  blocked_until timestamptz not null default '-infinity',
  primary key (workspace_id, connection_id, bucket),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
call guard('budgets');

-- A full read of the CRM, resumable page by page, with what it found.
create table mirror_runs (
  workspace_id uuid not null,
  id bigint generated always as identity,
  connection_id uuid not null,
  purpose text not null check (purpose in ('first', 'daily', 'asked')),
  after_page text,
  contacts_read integer not null default 0,
  contacts_changed integer not null default 0,
  contacts_missing integer not null default 0,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
call guard('mirror_runs');
create unique index mirror_runs_one_open on mirror_runs (workspace_id, connection_id) where finished_at is null;

create table oauth_states (
  workspace_id uuid not null references workspaces on delete cascade,
  state_hash bytea not null,
  connector text not null,
  expires_at timestamptz not null,
  primary key (workspace_id, state_hash)
);
call guard('oauth_states');
