import { CONTACT_COLUMNS, type Contact } from './contacts.ts';
import { only, type WorkspaceTx } from './database.ts';

export interface Wanted {
  readonly accountId: string;
  /** At most so many that share an identifier with the account. */
  readonly sharing: number;
  /** Keys of blocks that the account stands under, and at most so many contacts that share the rarest of them. */
  readonly keys: readonly string[];
  readonly alike: number;
  /** A key under which more contacts stand leads to nobody: it costs no more than to see that. */
  readonly largest: number;
}

/** Live contacts that may be the account's person. One statement: an account is looked for between two others. */
export async function candidatesFor(tx: WorkspaceTx, wanted: Wanted): Promise<readonly Contact[]> {
  return tx.rows<Contact>(
    `with sharing as (
        select c.contact_id as id from account_identifiers a
          join contact_identifiers c using (workspace_id, kind, value)
          where a.account_id = $1
          -- Proof first: the website of a whole company may not crowd out the one e-mail address or handle.
          group by c.contact_id
          order by min(case c.kind when 'host' then 1 else 0 end), c.contact_id
          limit $2),
      alike as (
        select found.id from unnest($3::text[]) as k (key),
          lateral (select array(select b.contact_id from contact_blocks b where b.key = k.key limit $5 + 1) as ids) block,
          lateral unnest(block.ids) as found (id)
          where cardinality(block.ids) <= $5
          group by found.id order by sum(1.0 / cardinality(block.ids)) desc, found.id limit $4)
      select ${CONTACT_COLUMNS} from contacts where state = 'live'
        and id in (select id from sharing union select id from alike)
      order by id`,
    [wanted.accountId, wanted.sharing, wanted.keys, wanted.alike, wanted.largest],
  );
}

export interface Surroundings {
  /** How many live contacts of each CRM hold a value. */
  readonly holders: readonly {
    readonly crm: string;
    readonly value: string;
    readonly count: number;
  }[];
  /** How many contacts stand under each key. */
  readonly bearers: readonly { readonly key: string; readonly count: number }[];
  /** Those of the contacts that are paired with another account of the network. */
  readonly taken: readonly string[];
}

/** Beyond this many, more makes no difference. */
const MOST_HOLDERS = 50;
const MOST_BEARERS = 1_000;

/** What stands around an account and its candidates: who else holds a mailbox or a website, who bears a name, who is taken. */
export async function readSurroundings(
  tx: WorkspaceTx,
  asked: {
    readonly account: { readonly id: string; readonly network: string };
    readonly contactIds: readonly string[];
    /** Mailboxes and hosts. */
    readonly values: readonly string[];
    readonly keys: readonly string[];
  },
): Promise<Surroundings> {
  const rows = await tx.rows<Surroundings>(
    `select
      (select coalesce(json_agg(h), '[]') from (
        select v.value, c.connection_id as crm, count(*) as count from unnest($1::text[]) as v (value),
          lateral (select distinct i.contact_id from contact_identifiers i
            where i.kind in ('email', 'host') and i.value = v.value limit ${MOST_HOLDERS}) held
          join contacts c on c.id = held.contact_id and c.state = 'live'
          group by v.value, c.connection_id) h) as holders,
      (select coalesce(json_agg(b), '[]') from (
        select k.key, (select count(*) from (
            select from contact_blocks b where b.key = k.key limit ${MOST_BEARERS}) counted) as count
          from unnest($2::text[]) as k (key)) b) as bearers,
      (select coalesce(array_agg(distinct l.contact_id::text), '{}') from links l
        join accounts a on a.id = l.account_id
        where l.contact_id = any($3::bigint[]) and l.state = 'active' and l.account_id <> $4
          and a.network = $5) as taken`,
    [asked.values, asked.keys, asked.contactIds, asked.account.id, asked.account.network],
  );
  return only(rows);
}
