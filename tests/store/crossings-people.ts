import { expect } from '@jest/globals';
import type * as accounts from '../../src/store/accounts.ts';
import type * as activities from '../../src/store/activities.ts';
import type * as contacts from '../../src/store/contacts.ts';
import type * as employees from '../../src/store/employees.ts';
import type * as links from '../../src/store/links.ts';
import type * as suppressions from '../../src/store/suppressions.ts';
import { beside, gives, nothing, ownRows, refused, type Crossing } from './crossing.ts';
import { SHARED_EMAIL, SHARED_HASH, SHARED_NATIVE_ID, type Filled } from './two-workspaces.ts';

type Crossings<Module> = Partial<Record<keyof Module, readonly Crossing[]>>;

const EARLIER = new Date('2020-01-01T00:00:00Z');
const LATER = new Date('2027-01-01');
const IDENTIFIERS = [{ kind: 'email', value: SHARED_EMAIL }];

function seen(connectionId: string) {
  const profile = {
    nativeId: SHARED_NATIVE_ID,
    handle: 'ada',
    displayName: 'Ada',
    url: undefined,
    bio: undefined,
    websites: [],
    email: undefined,
    handleIsDomain: false,
  };
  return { network: 'memory', connectionId, profile, isBrand: false, complete: true };
}

function post(at: { connection: string; account: string }, nativeId: string) {
  return [
    { connectionId: at.connection, network: 'memory', accountId: at.account },
    {
      nativeId,
      kind: 'post',
      text: 'words',
      url: undefined,
      publishedAt: LATER,
      editedAt: undefined,
      revision: '2',
      language: undefined,
      threadId: 't',
      inReplyTo: undefined,
    },
  ] as const;
}

function link(account: string, contact: string): links.NewLink {
  const decision = { rule: 'same_name', ruleVersion: 1, basis: 'b', decidedBy: 'x' };
  return {
    accountId: account,
    contactId: contact,
    state: 'suggested',
    evidence: [],
    decidedAt: LATER,
    ...decision,
  };
}

export function accountCrossings(store: typeof accounts): Crossings<typeof accounts> {
  return {
    putAccount: [
      refused((tx, _, b) => store.putAccount(tx, seen(b.source))),
      beside((tx, a) => store.putAccount(tx, seen(a.source))),
    ],
    lockAccount: [nothing((tx, _, b) => store.lockAccount(tx, b.account))],
    readAccounts: [nothing((tx, _, b) => store.readAccounts(tx, [b.account]))],
    accountsOnNetwork: [
      nothing((tx, _, b) => store.accountsOnNetwork(tx, [b.account], 'memory')),
      gives(
        (tx, a) => store.accountsOnNetwork(tx, [a.account], 'memory'),
        (own) => [own.account],
      ),
    ],
    replaceAccountIdentifiers: [
      refused((tx, _, b) => store.replaceAccountIdentifiers(tx, b.account, IDENTIFIERS)),
      nothing((tx, _, b) => store.replaceAccountIdentifiers(tx, b.account, [])),
    ],
    markAccountGone: [nothing((tx, _, b) => store.markAccountGone(tx, b.account, 'gone'))],
    pruneAccounts: [nothing((tx) => store.pruneAccounts(tx, 9))],
    accountsOfSource: [nothing((tx, _, b) => store.accountsOfSource(tx, b.source, 9))],
    accountsToCheck: [nothing((tx, _, b) => store.accountsToCheck(tx, b.source, LATER, 9))],
    markAccountsChecked: [nothing((tx, _, b) => store.markAccountsChecked(tx, [b.account]))],
    readBacklinks: [nothing((tx, _, b) => store.readBacklinks(tx, b.account))],
    putBacklink: [refused((tx, _, b) => store.putBacklink(tx, b.account, 'new.example', true))],
    backlinksToCheck: [ownRows((tx) => store.backlinksToCheck(tx, LATER, 9))],
    findAccount: [
      nothing((tx, _, b) => store.findAccount(tx, 'memory', [b.tag])),
      gives(
        (tx, a) => store.findAccount(tx, 'memory', [a.tag]),
        (a) => a.account,
      ),
    ],
    deleteAccount: [nothing((tx, _, b) => store.deleteAccount(tx, b.account))],
  };
}

export function activityCrossings(store: typeof activities): Crossings<typeof activities> {
  const mixed = (connection: Filled, account: Filled) =>
    post({ connection: connection.source, account: account.account }, 'a new post');
  return {
    putActivity: [
      refused((tx, a, b) => store.putActivity(tx, ...mixed(a, b))),
      refused((tx, a, b) => store.putActivity(tx, ...mixed(b, a))),
      beside((tx, a) =>
        store.putActivity(
          tx,
          ...post({ connection: a.source, account: a.account }, 'the same post'),
        ),
      ),
    ],
    liveActivitiesOf: [nothing((tx, _, b) => store.liveActivitiesOf(tx, [b.account]))],
    activitiesToCheck: [nothing((tx, _, b) => store.activitiesToCheck(tx, b.source, LATER, 9))],
    markActivitiesChecked: [nothing((tx, _, b) => store.markActivitiesChecked(tx, [b.activity]))],
    markActivityGone: [nothing((tx, _, b) => store.markActivityGone(tx, b.activity, 'gone'))],
    markActivitiesOfAccountGone: [
      nothing((tx, _, b) => store.markActivitiesOfAccountGone(tx, b.account, 'gone')),
    ],
    insertRefusedItem: [
      refused((tx, _, b) =>
        store.insertRefusedItem(tx, b.connection, { nativeId: 'the same item', reason: 'r' }),
      ),
    ],
    recentThreads: [
      nothing((tx, _, b) => store.recentThreads(tx, b.source, new Date('2020-01-01'), 9)),
    ],
    pruneActivities: [nothing((tx) => store.pruneActivities(tx, LATER, 9))],
    speakersOf: [nothing((tx, _, b) => store.speakersOf(tx, b.source, 't'))],
    deleteRefusedItems: [nothing((tx) => store.deleteRefusedItems(tx, 'none of ours'))],
    deleteRefusedItemsOf: [nothing((tx, _, b) => store.deleteRefusedItemsOf(tx, b.source))],
    countSocial: [
      gives(
        (tx) => store.countSocial(tx),
        () => ({ accounts: 1, activities: 1, activitiesGone: 0, refused: 1 }),
      ),
    ],
  };
}

export function contactCrossings(store: typeof contacts): Crossings<typeof contacts> {
  const named = (b: Filled) => `contact ${b.tag}`;
  const mirrored = (b: Filled) => ({ externalId: named(b), fields: { handle: 'ada' } });
  return {
    lockContactByExternalId: [
      nothing((tx, _, b) => store.lockContactByExternalId(tx, b.connection, named(b))),
    ],
    lockContacts: [nothing((tx, _, b) => store.lockContacts(tx, [b.contact]))],
    putContact: [
      refused((tx, _, b) =>
        store.putContact(tx, {
          ...mirrored(b),
          connectionId: b.connection,
          updatedAt: LATER,
          run: b.run,
        }),
      ),
    ],
    markSeenUnchanged: [
      nothing((tx, _, b) => store.markSeenUnchanged(tx, b.connection, b.run, [mirrored(b)])),
    ],
    notSeenIn: [nothing((tx, _, b) => store.notSeenIn(tx, b.connection, b.run, 9))],
    readContacts: [nothing((tx, _, b) => store.readContacts(tx, [b.contact]))],
    lockMergedInto: [nothing((tx, _, b) => store.lockMergedInto(tx, b.contact))],
    setContactState: [nothing((tx, _, b) => store.setContactState(tx, b.contact, 'deleted'))],
    mirrorWrittenFields: [
      nothing((tx, _, b) =>
        store.mirrorWrittenFields(tx, [{ contactId: b.contact, next: { handle: 'other' } }]),
      ),
    ],
    replaceContactIdentifiers: [
      refused((tx, _, b) => store.replaceContactIdentifiers(tx, b.contact, IDENTIFIERS)),
      nothing((tx, _, b) => store.replaceContactIdentifiers(tx, b.contact, [])),
    ],
    mailboxesOfOthers: [
      nothing((tx, a) => store.mailboxesOfOthers(tx, [SHARED_EMAIL], [a.contact])),
    ],
    lockForReading: [
      nothing((tx, _, b) =>
        store.lockForReading(tx, {
          connectionId: b.connection,
          externalId: named(b),
          asOf: EARLIER.toISOString(),
        }),
      ),
    ],
    newerThanMirrored: [
      // As unknown here as a contact that is nowhere: that the other has read it since must not show.
      {
        call: (tx, _, b) =>
          store.newerThanMirrored(tx, b.connection, [{ id: named(b), updatedAt: EARLIER }]),
        check: (outcome, _, b) => {
          expect(outcome).toEqual({ value: [named(b)] });
        },
      },
    ],
    accountsNear: [
      nothing((tx, _, b) => store.accountsNear(tx, b.contact)),
      gives(
        (tx, a) => store.accountsNear(tx, a.contact),
        (a) => [a.account],
      ),
    ],
    countContacts: [
      gives(
        (tx) => store.countContacts(tx),
        () => 1,
      ),
    ],
    eraseContact: [nothing((tx, _, b) => store.eraseContact(tx, b.contact))],
    contactsWithActiveLinks: [
      gives(
        (tx) => store.contactsWithActiveLinks(tx, '0', 9),
        (a) => [a.contact],
      ),
    ],
  };
}

export function linkCrossings(store: typeof links): Crossings<typeof links> {
  return {
    linksOfAccount: [nothing((tx, _, b) => store.linksOfAccount(tx, b.account))],
    linksOfContact: [nothing((tx, _, b) => store.linksOfContact(tx, b.contact))],
    isLinked: [
      gives(
        (tx) => store.isLinked(tx, 'memory', SHARED_NATIVE_ID),
        () => true,
      ),
    ],
    putLink: [
      refused((tx, a, b) => store.putLink(tx, link(a.account, b.contact))),
      refused((tx, a, b) => store.putLink(tx, link(b.account, a.contact))),
    ],
    readLink: [nothing((tx, _, b) => store.readLink(tx, b.link))],
    deleteLink: [nothing((tx, _, b) => store.deleteLink(tx, b.link))],
    moveLinks: [
      nothing((tx, a, b) => store.moveLinks(tx, b.contact, a.contact)),
      refused((tx, a, b) => store.moveLinks(tx, a.contact, b.contact)),
    ],
    countLinks: [
      gives(
        (tx) => store.countLinks(tx),
        () => [{ state: 'active', rule: 'two_way_link', count: 1 }],
      ),
    ],
    listLinksWithNames: [ownRows((tx) => store.listLinksWithNames(tx, 9))],
  };
}

export function suppressionCrossings(store: typeof suppressions): Crossings<typeof suppressions> {
  const theirs = (b: Filled) => [{ kind: 'email', hash: `${SHARED_HASH} ${b.tag}` }];
  return {
    insertSuppressions: [beside((tx, _, b) => store.insertSuppressions(tx, theirs(b)))],
    // They lock by the workspace of the transaction and touch no row.
    holdErasures: [nothing((tx) => store.holdErasures(tx))],
    lockErasures: [nothing((tx) => store.lockErasures(tx))],
    findSuppressed: [nothing((tx, _, b) => store.findSuppressed(tx, theirs(b)))],
  };
}

export function employeeCrossings(store: typeof employees): Crossings<typeof employees> {
  const theirs = (b: Filled) => [`${SHARED_HASH} ${b.tag}`];
  return {
    insertEmployees: [beside((tx, _, b) => store.insertEmployees(tx, theirs(b)))],
    deleteEmployees: [nothing((tx, _, b) => store.deleteEmployees(tx, theirs(b)))],
    findEmployees: [nothing((tx, _, b) => store.findEmployees(tx, theirs(b)))],
    countEmployees: [
      gives(
        (tx) => store.countEmployees(tx),
        () => 1,
      ),
    ],
    accountsAtMailboxes: [
      gives(
        (tx) => store.accountsAtMailboxes(tx, [SHARED_EMAIL]),
        (own) => [own.account],
      ),
    ],
  };
}
