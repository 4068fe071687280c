-- What a network shows of an account in numbers, with when that was seen. Apart from the profile: numbers move all the time,
-- and pairing does not look at them.
alter table accounts add column counters jsonb;

-- Who answered whom, among what is held.
create index activities_answering on activities (workspace_id, network, in_reply_to)
  where in_reply_to is not null and state = 'live';

-- The score of a contact for one purpose, as it was computed last. No row: no score, which is not a score of 0.
create table scores (
  workspace_id uuid not null,
  contact_id bigint not null,
  purpose text not null,
  value integer not null check (value between 0 and 100),
  band integer not null check (band between 0 and 4),
  coverage integer not null check (coverage between 0 and 100),
  -- Points by part; they add up to the score.
  parts jsonb not null,
  -- Each with its sentence in every language.
  reasons jsonb not null,
  formula integer not null,
  weights_version integer not null,
  weights_hash text not null,
  computed_at timestamptz not null,
  expires_at timestamptz not null,
  -- What the CRM is to show: an earlier score while the newest differs too little from it to be worth a write.
  written jsonb not null,
  primary key (workspace_id, contact_id, purpose),
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
call guard('scores');

-- Computing every score again, in steps, so that it can be stopped and goes on where it was.
create table rescore_runs (
  workspace_id uuid not null references workspaces,
  id bigint generated always as identity,
  -- The day whose run it is; null for one that somebody asked for.
  day date,
  total integer not null,
  done integer not null default 0,
  -- Contacts whose fields in the CRM are to change because of it.
  changed integer not null default 0,
  -- The last contact that was done.
  after bigint not null default 0,
  requested_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, day)
);
call guard('rescore_runs');
