create table accounts (
  workspace_id uuid not null references workspaces,
  id bigint generated always as identity,
  network text not null,
  native_id text not null,
  -- The source that showed it to us last, and that can be asked about it.
  connection_id uuid not null,
  profile jsonb not null,
  is_brand boolean not null default false,
  state text not null default 'live' check (state in ('live', 'gone')),
  gone_reason text,
  checked_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, network, native_id),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
call guard('accounts');
create index accounts_to_recheck on accounts (workspace_id, connection_id, checked_at) where state = 'live';

create table account_identifiers (
  workspace_id uuid not null,
  account_id bigint not null,
  kind text not null,
  value text not null,
  primary key (workspace_id, kind, value, account_id),
  foreign key (workspace_id, account_id) references accounts on delete cascade
);
call guard('account_identifiers');
create index account_identifiers_of_account on account_identifiers (workspace_id, account_id);

-- Whether a website that a profile names links back to that profile: the second half of a two-way link.
create table backlinks (
  workspace_id uuid not null,
  account_id bigint not null,
  host text not null,
  found boolean not null,
  checked_at timestamptz not null default now(),
  primary key (workspace_id, account_id, host),
  foreign key (workspace_id, account_id) references accounts on delete cascade
);
call guard('backlinks');

create table activities (
  workspace_id uuid not null,
  id bigint generated always as identity,
  account_id bigint not null,
  connection_id uuid not null,
  network text not null,
  native_id text not null,
  kind text not null check (kind in ('mention', 'reply', 'quote', 'post', 'comment')),
  -- Emptied when the activity is gone at its source.
  text text not null,
  url text,
  published_at timestamptz not null,
  edited_at timestamptz,
  revision text not null,
  language text,
  thread_id text not null,
  in_reply_to text,
  state text not null default 'live' check (state in ('live', 'gone')),
  gone_reason text,
  first_seen_at timestamptz not null default now(),
  checked_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, network, native_id),
  foreign key (workspace_id, account_id) references accounts on delete cascade,
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
call guard('activities');
create index activities_of_account on activities (workspace_id, account_id, published_at);
create index activities_to_recheck on activities (workspace_id, connection_id, checked_at) where state = 'live';

-- Records of a page that could not be understood; kept so that a person can see what was left out and why.
create table refused_items (
  workspace_id uuid not null,
  connection_id uuid not null,
  native_id text not null,
  reason text not null,
  seen_at timestamptz not null default now(),
  primary key (workspace_id, connection_id, native_id),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
call guard('refused_items');
