-- Webhook requests as received, one row per request and customer. The body is emptied once it was understood.
create table inbox (
  workspace_id uuid not null,
  id bigint generated always as identity,
  connection_id uuid not null,
  -- Replays of the same bytes are one row.
  digest bytea not null,
  body text,
  received_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, connection_id, digest),
  foreign key (workspace_id, connection_id) references connections on delete cascade
);
alter table inbox alter column body set storage external;
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
