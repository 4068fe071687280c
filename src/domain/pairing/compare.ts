import { canonicalHandle, emailsIn, nameKeys, parseEmail, websiteHost } from '../identifiers.ts';
import type { Person } from '../person.ts';
import type { Profile } from '../social.ts';
import { RULES, type Evidence, type EvidenceRule } from './evidence.ts';

export interface AccountFacts {
  readonly network: string;
  readonly profile: Profile;
  /** Hosts of websites that were read and found to link back to this very profile (true) or not (false). */
  readonly backlinks: ReadonlyMap<string, boolean>;
}

/** Everything that speaks for account = person, proof first. Empty: they have nothing in common. */
export function compare(account: AccountFacts, person: Person, now: Date): readonly Evidence[] {
  const saw = (rule: EvidenceRule, source: string, value: string): Evidence => ({
    class: RULES[rule].class,
    rule,
    source,
    value,
    observedAt: now.toISOString(),
  });
  return [
    ...handleEvidence(account, person, saw),
    ...emailEvidence(account, person, saw),
    ...websiteEvidence(account, person, saw),
    ...nameEvidence(account, person, saw),
  ];
}

type Saw = (rule: EvidenceRule, source: string, value: string) => Evidence;

function handleEvidence({ network, profile }: AccountFacts, person: Person, saw: Saw): Evidence[] {
  const handle = profile.handle === undefined ? undefined : canonicalHandle(profile.handle);
  const known = person.handles.get(network);
  // The contact's own record may also hold the stable id instead of a handle.
  const same = known !== undefined && (known === handle || known === profile.nativeId);
  return same ? [saw('handle_in_crm', `crm:handle.${network}`, known)] : [];
}

function emailEvidence({ profile }: AccountFacts, person: Person, saw: Saw): Evidence[] {
  const given = parseEmail(profile.email ?? '');
  const matches = person.emails.flatMap((email) => {
    if (email.mailbox !== given?.mailbox) return [];
    // A role mailbox is read by several people: it names a company, not this contact.
    if (given.isRole) return [saw('email_in_profile', 'comment:email', email.address)];
    const rule = email.address === given.address ? 'comment_email' : 'comment_mailbox';
    return [saw(rule, 'comment:email', email.address)];
  });
  const claimed = emailsIn(profile.bio ?? '').filter((claim) =>
    person.emails.some((email) => email.mailbox === claim.mailbox),
  );
  return [
    ...matches,
    ...claimed.map((claim) => saw('email_in_profile', 'profile:bio', claim.address)),
  ];
}

function websiteEvidence(account: AccountFacts, person: Person, saw: Saw): Evidence[] {
  const { profile, backlinks } = account;
  const domain = profile.handleIsDomain ? websiteHost(profile.handle ?? '') : undefined;
  const named = new Set(profile.websites.flatMap((url) => websiteHost(url) ?? []));
  return person.hosts.flatMap((host) => {
    if (domain === host) return [saw('domain_handle', 'profile:handle', host)];
    if (!named.has(host)) return [];
    return backlinks.get(host) === true
      ? [saw('two_way_link', 'profile:website', host)]
      : [saw('one_way_link', 'profile:website', host)];
  });
}

function nameEvidence({ profile }: AccountFacts, person: Person, saw: Saw): Evidence[] {
  const names = new Set(nameKeys(person.name));
  const shared = nameKeys(profile.displayName ?? '').find((key) => names.has(key));
  return shared === undefined ? [] : [saw('same_name', 'profile:name', shared)];
}

/** Hosts of this person's websites that the profile names: worth reading, to see whether they link back. */
export function websitesToVerify(account: AccountFacts, person: Person): readonly string[] {
  const named = new Set(account.profile.websites.flatMap((url) => websiteHost(url) ?? []));
  return person.hosts.filter((host) => named.has(host) && !account.backlinks.has(host));
}
