import { accountIdentifiers } from '../../src/domain/identifiers.ts';
import { accountKeys, personKeys } from '../../src/domain/pairing/blockKeys.ts';
import { personIdentifiers, readPerson } from '../../src/domain/person.ts';
import { readValues } from '../../src/domain/mapping/apply.ts';
import type { Profile } from '../../src/domain/social.ts';
import { offerOf, type App } from '../../src/services/app.ts';
import { putAccount, replaceAccountIdentifiers } from '../../src/store/accounts.ts';
import { replaceAccountBlocks, rewriteContactKeys } from '../../src/store/blocks.ts';
import type { WorkspaceTx } from '../../src/store/database.ts';
import { nameOf, type Named } from './names.ts';

type Fields = Readonly<Record<string, string>>;

export interface Place {
  readonly app: App;
  readonly workspace: string;
  readonly crm: string;
  readonly source: string;
  readonly random: () => number;
}

const CHUNK = 5_000;
const CITIES = 'Berlin Hamburg München Köln Leipzig London Leeds Boston Wien Zürich'.split(' ');

/** Synthetic contacts with names as frequent as people's are. Returns some of them, to be looked for. */
export async function fillContacts(
  place: Place,
  total: number,
  report: (done: number) => void,
): Promise<readonly Fields[]> {
  const { app, workspace, random } = place;
  const some: Fields[] = [];
  for (let done = 0; done < total;) {
    const size = Math.min(CHUNK, total - done);
    const fields = Array.from({ length: size }, (_, at) => contact(done + at, random));
    some.push(...fields.filter((_, at) => at % Math.ceil(total / 1_000) === 0));
    const first = done;
    await app.database.inWorkspace(workspace, (tx) => insert(place, tx, fields, first));
    done += size;
    report(done);
  }
  await app.database.pool.query('vacuum analyze');
  return some;
}

function contact(number: number, random: () => number): Fields {
  const { given, family } = nameOf(random);
  const host = `firm${Math.floor(number / 3)}.example`;
  return {
    firstname: given,
    lastname: family,
    email: `p${number}@${host}`,
    city: CITIES[Math.floor(random() * CITIES.length)] ?? '',
    ...(number % 3 === 0 ? { website: `https://${host}` } : {}),
  };
}

async function insert(
  { app, crm }: Place,
  tx: WorkspaceTx,
  all: readonly Fields[],
  first: number,
): Promise<void> {
  const rows = await tx.rows<{ id: string }>(
    `with new as (
        insert into contacts (workspace_id, connection_id, external_id, fields)
          select $1, $2, ($3::bigint + at)::text, fields
            from jsonb_array_elements($4::jsonb) with ordinality as c (fields, at)
          returning id, external_id)
      select id from new order by external_id::bigint`,
    [tx.workspace, crm, first, JSON.stringify(all)],
  );
  const { mapping } = offerOf(app, 'hubspot');
  const keyed = all.map((fields, at) => {
    const person = readPerson(readValues(mapping, fields, {}));
    return {
      id: rows[at]?.id ?? '',
      identifiers: personIdentifiers(person),
      keys: personKeys(person),
    };
  });
  await rewriteContactKeys(tx, keyed);
}

/** Accounts as they come: of a contact by its name, by its address or website, and of people nobody knows. */
export async function insertAccounts(
  { app, workspace, source, random }: Place,
  known: readonly Fields[],
  count: number,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const fields = known[Math.floor(random() * known.length)] ?? {};
    const profile = profileOf(number, fields, random);
    ids.push(
      await app.database.inWorkspace(workspace, async (tx) => {
        const seen = { network: 'bluesky', connectionId: source, profile, isBrand: false };
        const { id } = await putAccount(tx, { ...seen, complete: true });
        await replaceAccountIdentifiers(tx, id, accountIdentifiers('bluesky', profile));
        await replaceAccountBlocks(tx, id, accountKeys(profile));
        return id;
      }),
    );
  }
  return ids;
}

function profileOf(number: number, fields: Fields, random: () => number): Profile {
  const own = { given: fields.firstname ?? '', family: fields.lastname ?? '' };
  const kind = number % 4;
  const name = kind === 3 ? nameOf(random) : own;
  return {
    nativeId: `did:plc:bench${number}`,
    handle: `${handleOf(name, number)}.bsky.social`,
    displayName: `${name.given} ${name.family}`,
    url: undefined,
    bio: kind === 1 ? `Write to ${fields.email ?? ''}` : `Lives in ${fields.city ?? ''}`,
    websites: kind === 2 && fields.website !== undefined ? [fields.website] : [],
    email: undefined,
    handleIsDomain: true,
  };
}

function handleOf({ given, family }: Named, number: number): string {
  const letters = `${given}-${family}`
    .normalize('NFKD')
    .replace(/[^a-zA-Z-]/g, '')
    .toLowerCase();
  return number % 2 === 0 ? letters : letters.replace('-', '');
}
