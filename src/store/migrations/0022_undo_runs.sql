-- Taking back many pairings at once, in steps, so that it can be stopped and goes on where it was.
create table undo_runs (
  workspace_id uuid not null references workspaces,
  id bigint generated always as identity,
  -- Which pairings: by `batch`, `rule_version` or `value`.
  by text not null check (by in ('batch', 'rule_version', 'value')),
  value text not null,
  actor text not null,
  note text,
  total integer not null,
  done integer not null default 0,
  requested_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (workspace_id, id)
);
call guard('undo_runs');
