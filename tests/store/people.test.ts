import { describe, expect, test } from '@jest/globals';
import { accountIdentifiers } from '../../src/domain/identifiers.ts';
import type { Profile } from '../../src/domain/social.ts';
import {
  markAccountGone,
  putAccount,
  putBacklink,
  readAccounts,
  readBacklinks,
  replaceAccountIdentifiers,
} from '../../src/store/accounts.ts';
import { markActivitiesOfAccountGone } from '../../src/store/activities.ts';
import {
  accountsNear,
  eraseContact,
  markSeenUnchanged,
  notSeenIn,
  putContact,
  replaceContactIdentifiers,
} from '../../src/store/contacts.ts';
import { candidatesFor } from '../../src/store/candidates.ts';
import { journalFields } from '../../src/store/journal.ts';
import { finishRun, openRun } from '../../src/store/mirrorRuns.ts';
import { findSuppressed, insertSuppressions } from '../../src/store/suppressions.ts';
import { fileDatabase, madeForEach } from '../fixtures/lifetime.ts';
import { mirror, MOMENT, pairedContact, profile, say } from '../fixtures/paired.ts';

const { database } = fileDatabase();
const at = madeForEach(() => pairedContact(database));

/** Everything that the database holds of the workspace, for looking whether somebody is still in it. */
async function everythingKept(): Promise<string> {
  return database.asOwner(async (owner) => {
    const tables = await owner.rows<{ name: string }>(
      `select table_name as name from information_schema.columns
        where table_schema = 'echofile' and column_name = 'workspace_id'`,
    );
    const texts: string[] = [];
    for (const { name } of tables) {
      const rows = await owner.rows(`select t::text from ${name} t where workspace_id = $1`, [
        at.workspace,
      ]);
      texts.push(JSON.stringify(rows));
    }
    return texts.join('\n');
  });
}

describe('an account', () => {
  const full = profile('grace', {
    handle: 'grace.example',
    displayName: 'Grace Hopper',
    bio: 'Ships. https://grace.example',
    websites: ['https://grace.example'],
  });
  const author = profile('grace', { handle: 'grace.example', displayName: 'Grace Hopper' });
  const see = (seen: Profile, complete: boolean) =>
    at.inWorkspace((tx) =>
      putAccount(tx, {
        network: 'memory',
        connectionId: at.source,
        profile: seen,
        isBrand: false,
        complete,
      }),
    );
  const stored = async (id: string) => (await at.inWorkspace((tx) => readAccounts(tx, [id])))[0];

  test('keeps its bio and websites when it is seen only as the author of a post', async () => {
    const { id } = await see(full, true);
    expect(await see(author, false)).toMatchObject({ id, changed: false });
    const renamed = { ...author, displayName: 'Admiral Hopper' };
    expect(await see(renamed, false)).toMatchObject({
      changed: true,
      profile: { displayName: 'Admiral Hopper', bio: full.bio, websites: full.websites },
    });
  });

  test('loses what its owner took out, when it is seen in full', async () => {
    const { id } = await see(full, true);
    expect(await see(author, true)).toMatchObject({ changed: true });
    const { profile: now } = (await stored(id)) ?? {};
    expect(now?.bio).toBeUndefined();
    expect(now?.websites).toEqual([]);
    expect(await see(author, true)).toMatchObject({ changed: false });
  });

  test('takes over a bio that came with a post, with the websites in it', async () => {
    const { id } = await see(full, true);
    await see({ ...author, bio: 'Retired.' }, false);
    expect((await stored(id))?.profile).toMatchObject({ bio: 'Retired.', websites: [] });
  });

  test('that is gone keeps nothing but its key, and comes back as it then is', async () => {
    const { id } = await see(full, true);
    await at.inWorkspace(async (tx) => {
      await replaceAccountIdentifiers(tx, id, accountIdentifiers('memory', full));
      await putBacklink(tx, id, 'grace.example', true);
      await say(tx, { source: at.source, account: id }, 'words of Hopper');
      await tx.rows(
        `update activities set native_id = 'p', thread_id = 'p' where account_id = $1`,
        [id],
      );
      expect(await markAccountGone(tx, id, 'deleted')).toBe(true);
      expect(await markAccountGone(tx, id, 'deleted')).toBe(false);
      await markActivitiesOfAccountGone(tx, id, 'deleted');
    });
    expect(await everythingKept()).not.toMatch(/grace\.example|Hopper|Ships/);
    expect(await stored(id)).toMatchObject({ state: 'gone', nativeId: 'grace' });
    expect(await see(author, false)).toMatchObject({ id, changed: true });
    expect((await stored(id))?.profile).toEqual({ ...JSON.parse(JSON.stringify(author)) });
  });

  test('is the brand once it was known to be, whoever sees it', async () => {
    const seen = { network: 'memory', connectionId: at.source, complete: true } as const;
    const { id } = await at.inWorkspace(async (tx) => {
      await putAccount(tx, { ...seen, profile: author, isBrand: true });
      return putAccount(tx, { ...seen, profile: author, isBrand: false });
    });
    expect(await stored(id)).toMatchObject({ isBrand: true });
  });

  test('has a backlink that is news when it is first seen and when it turns', async () => {
    const put = (found: boolean) =>
      at.inWorkspace((tx) => putBacklink(tx, at.account, 'ada.example', found));
    expect([await put(true), await put(true), await put(false)]).toEqual([true, false, true]);
    const known = await at.inWorkspace((tx) => readBacklinks(tx, at.account));
    expect([...known]).toEqual([['ada.example', false]]);
  });
});

/** By shared identifiers only. */
const near = (accountId: string) => ({ accountId, sharing: 5, keys: [], alike: 0, largest: 0 });

describe('candidates for an account', () => {
  const SITE = { kind: 'host', value: 'big.example' };
  const EMAIL = { kind: 'email', value: 'anna@example.org' };

  test('by proof come before the many of a website, however late their ids', async () => {
    const proven = await at.inWorkspace(async (tx) => {
      for (let n = 0; n < 20; n += 1) {
        await replaceContactIdentifiers(tx, await mirror(tx, at.connection, `n${n}`), [SITE]);
      }
      const last = await mirror(tx, at.connection, 'proof');
      await replaceContactIdentifiers(tx, last, [EMAIL, SITE]);
      await replaceAccountIdentifiers(tx, at.account, [SITE, EMAIL]);
      return last;
    });
    const found = await at.inWorkspace((tx) => candidatesFor(tx, near(at.account)));
    expect(found).toHaveLength(5);
    expect(found.map((one) => one.id)).toContain(proven);
  });

  test('are living contacts only', async () => {
    await at.inWorkspace(async (tx) => {
      await replaceContactIdentifiers(tx, at.contact, [EMAIL]);
      await replaceAccountIdentifiers(tx, at.account, [EMAIL]);
      await tx.rows(`update contacts set state = 'deleted'`);
      expect(await candidatesFor(tx, near(at.account))).toEqual([]);
      // But what was paired is still near, so that the pairing can be looked at.
      expect(await accountsNear(tx, at.contact)).toEqual([at.account]);
    });
  });
});

describe('a contact', () => {
  test('that was erased leaves nothing but its number in the CRM (R33)', async () => {
    await at.inWorkspace(async (tx) => {
      const id = await putContact(tx, {
        connectionId: at.connection,
        externalId: '4711',
        fields: { email: 'hopper@example.org' },
        updatedAt: MOMENT,
        run: undefined,
      });
      await replaceContactIdentifiers(tx, id, [{ kind: 'email', value: 'hopper@example.org' }]);
      await journalFields(tx, at.connection, [
        { contactId: id, next: { handle: 'hopper' }, before: { handle: 'hopper before' } },
      ]);
      await eraseContact(tx, id);
    });
    const kept = await everythingKept();
    expect(kept).toContain('4711');
    expect(kept).not.toContain('hopper');
  });

  test('that a finished read did not meet is missing; one that it met, changed or not, is not', async () => {
    await at.inWorkspace(async (tx) => {
      await mirror(tx, at.connection, 'unmet');
      const run = await openRun(tx, at.connection, 'daily');
      expect((await openRun(tx, at.connection, 'asked')).id).toBe(run.id);
      const read = [
        { externalId: 'c1', fields: {} },
        { externalId: 'changed', fields: { a: '1' } },
      ];
      const same = await markSeenUnchanged(tx, at.connection, run.id, read);
      expect([...same]).toEqual(['c1']);
      const changed = { externalId: 'changed', fields: { a: '1' }, updatedAt: MOMENT };
      await putContact(tx, { ...changed, connectionId: at.connection, run: run.id });
      expect(await notSeenIn(tx, at.connection, run.id, 10)).toEqual(['unmet']);
      await finishRun(tx, run.id, 1);
      expect((await openRun(tx, at.connection, 'asked')).id).not.toBe(run.id);
    });
  });
});

test('a suppression outlives the person it protects, and is found by kind and hash (R06)', async () => {
  const hashes = [{ kind: 'email', hash: 'k1:aa' }];
  await at.inWorkspace((tx) => insertSuppressions(tx, hashes));
  await at.inWorkspace((tx) => insertSuppressions(tx, hashes));
  await at.inWorkspace((tx) => eraseContact(tx, at.contact));
  const find = (kind: string, hash: string) =>
    at.inWorkspace((tx) => findSuppressed(tx, [{ kind, hash }]));
  expect(await find('email', 'k1:aa')).toEqual(new Set(['k1:aa']));
  expect(await find('email', 'k1:bb')).toEqual(new Set());
  expect(await find('handle:memory', 'k1:aa')).toEqual(new Set());
  expect(await at.inWorkspace((tx) => findSuppressed(tx, []))).toEqual(new Set());
});
