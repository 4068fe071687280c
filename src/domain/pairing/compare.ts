import { canonicalHandle, mailProvider, parseEmail, websiteHost } from '../identifiers.ts';
import type { Person } from '../person.ts';
import type { Profile } from '../social.ts';
import { RULES, type Evidence, type EvidenceRule } from './evidence.ts';

export interface AccountFacts {
  readonly network: string;
  readonly profile: Profile;
  /** Hosts of websites that were read and found to link back to this very profile (true) or not (false). */
  readonly backlinks: ReadonlyMap<string, boolean>;
}

/** What proves account = person. What merely speaks for it is weighed, in weigh.ts. */
export function compare(account: AccountFacts, person: Person, now: Date): readonly Evidence[] {
  const saw = (rule: EvidenceRule, source: string, value: string): Evidence => ({
    class: RULES[rule].class,
    rule,
    source,
    value,
    observedAt: now.toISOString(),
  });
  return [
    ...handleProof(account, person, saw),
    ...emailProof(account, person, saw),
    ...websiteProof(account, person, saw),
  ];
}

type Saw = (rule: EvidenceRule, source: string, value: string) => Evidence;

function handleProof({ network, profile }: AccountFacts, person: Person, saw: Saw): Evidence[] {
  const handle = profile.handle === undefined ? undefined : canonicalHandle(profile.handle);
  const known = person.handles.get(network);
  // The contact's own record may also hold the stable id instead of a handle.
  const same = known !== undefined && (known === handle || known === profile.nativeId);
  return same ? [saw('handle_in_crm', `crm:handle.${network}`, known)] : [];
}

function emailProof({ profile }: AccountFacts, person: Person, saw: Saw): Evidence[] {
  const given = parseEmail(profile.email ?? '');
  // A role mailbox is read by several people: it names a company, not this contact. One for an hour is nobody's.
  if (given === undefined || given.isRole || mailProvider(given) === 'disposable') return [];
  return person.emails
    .filter(({ mailbox }) => mailbox === given.mailbox)
    .map(({ address }) => {
      const rule = address === given.address ? 'comment_email' : 'comment_mailbox';
      return saw(rule, 'comment:email', address);
    });
}

function websiteProof(account: AccountFacts, person: Person, saw: Saw): Evidence[] {
  const { profile, backlinks } = account;
  const domain = profile.handleIsDomain ? websiteHost(profile.handle ?? '') : undefined;
  const named = new Set(profile.websites.flatMap((url) => websiteHost(url) ?? []));
  return person.hosts.flatMap((host) => {
    if (domain === host) return [saw('domain_handle', 'profile:handle', host)];
    const isMutual = named.has(host) && backlinks.get(host) === true;
    return isMutual ? [saw('two_way_link', 'profile:website', host)] : [];
  });
}

/** Hosts of this person's websites that the profile names: worth reading, to see whether they link back. */
export function websitesToVerify(account: AccountFacts, person: Person): readonly string[] {
  const named = new Set(account.profile.websites.flatMap((url) => websiteHost(url) ?? []));
  return person.hosts.filter((host) => named.has(host) && !account.backlinks.has(host));
}
