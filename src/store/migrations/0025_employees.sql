-- Keyed hashes of e-mail addresses of people who work for the company itself: they are paired with nobody (R12).
create table employees (
  workspace_id uuid not null references workspaces,
  -- Carries the id of the key that it needs, as in suppressions.
  hash text not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, hash)
);
call guard('employees');
