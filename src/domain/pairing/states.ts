/**
 * The life of a link. Written down to a CRM is only what is active; everything else here exists so that a pairing becomes
 * active with a reason and stops being it without a trace left behind.
 */
export const LINK_STATES = [
  'suggested',
  'active',
  'rejected',
  'withdrawn',
  'expired',
  'erased',
] as const;
export type LinkState = (typeof LINK_STATES)[number];

export const LINK_ACTIONS = [
  'suggest',
  'link',
  'confirm',
  'reject',
  'unsure',
  'unlink',
  'withdraw',
  'expire',
  'undo',
  'erase',
] as const;
export type LinkAction = (typeof LINK_ACTIONS)[number];

export type Actor = 'rules' | 'person';

/** How a pair stands before something happens to it; `none` where nobody ever said anything about it. */
export interface LinkStanding {
  readonly state: LinkState | 'none';
  /** Whose word it is that it stands like this. */
  readonly by: Actor;
  /** A person said no to the pair, and no person has taken that back. */
  readonly wasRefused: boolean;
}

export const UNKNOWN_PAIR: LinkStanding = { state: 'none', by: 'rules', wasRefused: false };

/** The only state in which anything about the pair may be in a CRM (R02). */
export function mayBeWritten(state: LinkState | 'none'): boolean {
  return state === 'active';
}

type Standings = readonly (LinkState | 'none')[];

interface Move {
  readonly from: Standings;
  readonly to: LinkState;
  /** May also be done to what a person decided. */
  readonly overPerson: boolean;
}

const BY_RULES: Partial<Record<LinkAction, Move>> = {
  // An active link that has become contested is a suggestion again, and so is a refused pair with something new to say.
  suggest: {
    from: ['none', 'suggested', 'active', 'rejected', 'withdrawn', 'expired'],
    to: 'suggested',
    overPerson: false,
  },
  link: {
    from: ['none', 'suggested', 'active', 'withdrawn', 'expired'],
    to: 'active',
    overPerson: false,
  },
  // What was new about a refused pair is gone: it is refused as before.
  reject: { from: ['suggested'], to: 'rejected', overPerson: false },
  // Also what a person decided: a veto outranks everybody (R06).
  withdraw: { from: ['suggested', 'active'], to: 'withdrawn', overPerson: true },
  expire: { from: ['suggested', 'active'], to: 'expired', overPerson: false },
  erase: {
    from: ['suggested', 'active', 'rejected', 'withdrawn', 'expired'],
    to: 'erased',
    overPerson: true,
  },
};

const BY_PERSON: Partial<Record<LinkAction, Move>> = {
  suggest: {
    from: ['none', 'suggested', 'active', 'rejected', 'withdrawn', 'expired'],
    to: 'suggested',
    overPerson: true,
  },
  confirm: {
    from: ['suggested', 'active', 'rejected', 'withdrawn', 'expired'],
    to: 'active',
    overPerson: true,
  },
  reject: { from: ['suggested', 'rejected'], to: 'rejected', overPerson: true },
  unsure: { from: ['suggested'], to: 'suggested', overPerson: true },
  unlink: { from: ['active', 'rejected'], to: 'rejected', overPerson: true },
  // What a person decided becomes a question again; what the rules decided ends.
  undo: { from: ['suggested', 'active', 'rejected'], to: 'withdrawn', overPerson: true },
  withdraw: { from: ['suggested', 'active'], to: 'withdrawn', overPerson: true },
  erase: {
    from: ['suggested', 'active', 'rejected', 'withdrawn', 'expired'],
    to: 'erased',
    overPerson: true,
  },
};

/** The state that an action leads to; undefined when it is not this actor's to do, or not possible from there. */
export function transition(
  standing: LinkStanding,
  action: LinkAction,
  actor: Actor,
): LinkState | undefined {
  const move = (actor === 'rules' ? BY_RULES : BY_PERSON)[action];
  if (move?.from.includes(standing.state) !== true) return undefined;
  if (actor === 'rules' && !isForRules(standing, action, move)) return undefined;
  return action === 'undo' && standing.by === 'person' ? 'suggested' : move.to;
}

/** What a person decided is theirs, but for a veto; what they refused can come up again, and is never linked by a rule. */
function isForRules(standing: LinkStanding, action: LinkAction, move: Move): boolean {
  if (standing.wasRefused && action === 'link') return false;
  const reopens = standing.wasRefused && action === 'suggest' && standing.state !== 'active';
  return standing.by === 'rules' || move.overPerson || reopens;
}
