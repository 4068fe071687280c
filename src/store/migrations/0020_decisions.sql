-- An account is paired once in each CRM: a person who stands in two of them is two contacts.
alter table links
  add column connection_id uuid,
  -- The weight of the evidence in bits, and the probability that follows; null where nothing was weighed.
  add column bits double precision,
  add column probability double precision check (probability between 0 and 1),
  add column match_key text not null default '',
  add column families text[] not null default '{}',
  -- The families that a person had seen when they said no to the pair; null when nobody did, or somebody took it back.
  add column refused text[],
  -- Which run or action made it what it is.
  add column batch text not null default '',
  -- Nobody is asked again before then.
  add column postponed_until timestamptz,
  -- The link that a person decided for instead: while that is active, nobody is asked about this one.
  add column lost_to bigint;

-- A foreign key cannot say it, and no caller should have to: the connection is the contact's.
create function connection_of_contact() returns trigger
  language plpgsql
as $$
begin
  new.connection_id := (select c.connection_id from contacts c
    where c.workspace_id = new.workspace_id and c.id = new.contact_id);
  return new;
end
$$;
create trigger links_connection before insert or update of contact_id on links
  for each row execute function connection_of_contact();
update links set contact_id = contact_id;

drop index links_one_active_contact;
create unique index links_one_active_contact on links (workspace_id, account_id, connection_id)
  where state = 'active';
create index links_to_review on links (workspace_id, account_id) where state = 'suggested';
create index links_of_batch on links (workspace_id, batch);

-- Each step in the life of a pairing, never changed, so that it can be explained later as it was then. It goes with the
-- account and with the contact.
create table link_decisions (
  workspace_id uuid not null,
  id bigint generated always as identity,
  account_id bigint not null,
  contact_id bigint not null,
  action text not null check (action in ('suggest', 'link', 'confirm', 'reject', 'unsure', 'unlink',
    'withdraw', 'expire', 'undo')),
  state text not null,
  -- `rules@N` or `person:<name>`.
  actor text not null check (actor ~ '^(rules@[0-9]+|person:.+)$'),
  rule text not null,
  rule_version integer not null,
  evidence jsonb not null,
  bits double precision,
  probability double precision,
  basis text not null,
  batch text not null,
  note text,
  at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, account_id) references accounts on delete cascade,
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
call guard('link_decisions');
create index link_decisions_of_account on link_decisions (workspace_id, account_id, id);
create index link_decisions_of_contact on link_decisions (workspace_id, contact_id);
