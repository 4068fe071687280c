-- Work that a person must look at: what it was, why it stopped, and a way to try again.
create table parked_jobs (
  workspace_id uuid not null references workspaces on delete cascade,
  id bigint generated always as identity,
  task text not null,
  payload jsonb not null,
  reason text not null,
  attempts integer not null,
  parked_at timestamptz not null default now(),
  primary key (workspace_id, id),
  unique (workspace_id, task, payload)
);
call guard('parked_jobs');

-- Processes that are alive hold an advisory lock on their id for as long as their database session lives, so what a
-- killed process had in hand can be told from work in progress at once and without guessing at time-outs.
create table processes (
  id bigint generated always as identity primary key,
  started_at timestamptz not null default now()
);
create table process_workers (
  process_id bigint not null references processes on delete cascade,
  worker_id text primary key
);

-- The only way for the service's role to add a job: in its own transaction, for its own workspace.
create function enqueue(task text, payload jsonb, job_key text, run_at timestamptz, keep_run_at boolean)
  returns void
  language plpgsql security definer
  set search_path = echofile, pg_temp
as $$
begin
  if (payload ->> 'workspace')::uuid is distinct from current_workspace() then
    raise exception 'a job belongs to the workspace of its transaction';
  end if;
  perform graphile_worker.add_job(
    task, payload::json, job_key => enqueue.job_key, run_at => enqueue.run_at,
    job_key_mode => case when keep_run_at then 'preserve_run_at' else 'replace' end);
end
$$;
revoke all on function enqueue from public;
grant execute on function enqueue to echofile_app;
