-- Webhook requests as received, one row per request and customer. The body is emptied once it was understood.
create table inbox (
  workspace_id uuid not null,
  id bigint generated always as identity,
  connection_id uuid not null,
  -- The request's fingerprint: a replay is no new row.
  digest bytea not null,
  -- JSON as it came.
  body bytea,
  received_at timestamptz not null default now(),
  -- When it was handed to the workers. Until then the row itself is the job.
  queued_at timestamptz,
  done_at timestamptz,
  primary key (workspace_id, id),
  -- No reference to connections: every request of a CRM would lock the same row there, and intake would queue for it. The
  -- connection was looked up a moment ago, and connections are never deleted.
  unique (connection_id, digest)
);
alter table inbox alter column body set storage external;
create index inbox_to_queue on inbox (id) where queued_at is null;
call guard('inbox');

-- Events already worked, so that a redelivery within another request does nothing.
create table inbox_events (
  workspace_id uuid not null,
  connection_id uuid not null,
  event_key text not null,
  seen_at timestamptz not null default now(),
  primary key (workspace_id, connection_id, event_key),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
call guard('inbox_events');
create index inbox_events_by_age on inbox_events (seen_at);
