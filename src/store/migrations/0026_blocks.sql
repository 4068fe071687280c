-- Under what a contact and an account may meet although they share no identifier: spellings and sounds of names, handles of
-- other networks. One row per key, so that candidates are an index lookup among a million contacts.
create table contact_blocks (
  workspace_id uuid not null,
  contact_id bigint not null,
  key text not null,
  primary key (workspace_id, key, contact_id),
  foreign key (workspace_id, contact_id) references contacts on delete cascade
);
call guard('contact_blocks');
create index contact_blocks_of_contact on contact_blocks (workspace_id, contact_id);

create table account_blocks (
  workspace_id uuid not null,
  account_id bigint not null,
  key text not null,
  primary key (workspace_id, key, account_id),
  foreign key (workspace_id, account_id) references accounts on delete cascade
);
call guard('account_blocks');
create index account_blocks_of_account on account_blocks (workspace_id, account_id);

-- A name is a key of these tables from now on and no identifier: two people of one name are two people.
delete from contact_identifiers where kind = 'name';
delete from account_identifiers where kind = 'name';
