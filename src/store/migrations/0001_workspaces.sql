-- The service's code runs as echofile_app, which owns nothing and so cannot step around row-level security. The login role
-- owns the tables; only migrations, the directory of connections and the job runner work as the owner.
do $$
begin
  if not exists (select from pg_roles where rolname = 'echofile_app') then
    create role echofile_app nologin;
  end if;
exception
  when duplicate_object or unique_violation then null; -- two databases of one server may migrate at the same moment
end
$$;
do $$
begin
  if not pg_has_role(current_user, 'echofile_app', 'set') then
    execute format('grant echofile_app to %I', current_user);
  end if;
end
$$;
grant usage on schema echofile to echofile_app;

-- The workspace of the running transaction; null (and so no row at all) when none was named.
create function current_workspace() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('echofile.workspace', true), '')::uuid;

-- Every table of customer data goes through this one door.
create procedure guard(relation regclass)
  language plpgsql
as $$
begin
  execute format('alter table %s enable row level security', relation);
  execute format(
    'create policy own_workspace on %s to echofile_app using (workspace_id = current_workspace())
       with check (workspace_id = current_workspace())', relation);
  execute format('grant select, insert, update, delete on %s to echofile_app', relation);
end
$$;

create table workspaces (
  workspace_id uuid primary key default gen_random_uuid(),
  name text not null,
  language text not null default 'en' check (language in ('de', 'en')),
  created_at timestamptz not null default now()
);
call guard('workspaces');
