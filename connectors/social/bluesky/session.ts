import type { SecretSlot } from '../../../src/contract/ports.ts';
import type { Secrets, Session } from './settings.ts';

/** `undefined` from `refresh`: the refresh token is dead and only the password can help. */
export interface SessionCalls {
  readonly create: (appPassword: string) => Promise<Session>;
  readonly refresh: (session: Session) => Promise<Session | undefined>;
}

export interface Sessions {
  /** The session in use, or a new one where there is none yet. */
  current(): Promise<Session>;
  /** A session other than `stale`, which the network no longer accepts. */
  replace(stale: Session): Promise<Session>;
}

/**
 * One session for all processes. It is replaced inside the slot's single flight, and only by the first who finds it stale:
 * all others get what the first has stored.
 */
export function createSessions(slot: SecretSlot<Secrets>, calls: SessionCalls): Sessions {
  async function renew(stale: Session | undefined): Promise<Session> {
    const { session } = await slot.renew(async (newest) => {
      const stored = newest.session;
      if (stored && stored.accessJwt !== stale?.accessJwt) return newest;
      const refreshed = stored && (await calls.refresh(stored));
      return { ...newest, session: refreshed ?? (await calls.create(newest.appPassword)) };
    });
    if (!session) throw new TypeError('A renewed secret holds a session');
    return session;
  }
  return {
    async current() {
      const { session } = await slot.read();
      return session ?? (await renew(undefined));
    },
    replace: renew,
  };
}
