import type { Clock } from '../clock.ts';
import type { Faults } from './http/faults.ts';
import type { LimitOptions, RateLimiter } from './http/limits.ts';
import type { Stats } from './http/stats.ts';
import type { TokenOffice } from './oauth/tokens.ts';
import type { Portal } from './portal.ts';
import type { Random } from './random.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

interface AppEventType {
  uid: string;
  objectType: 'CONTACT';
  headerTemplate: string;
  detailTemplate: string;
}

/** The developer project whose installations the emulator plays. */
export interface AppOptions {
  appId: number;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  requiredScopes: string[];
  optionalScopes: string[];
  name: string;
  projectName: string;
  eventTypes: AppEventType[];
  /** A refresh answers a new refresh token, and the old one dies. Default: false. */
  rotatesRefreshTokens: boolean;
}

/** Everything the emulator is, handed to its routes. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly app: AppOptions;
  readonly portals: ReadonlyMap<number, Portal>;
  readonly limits: LimitOptions;
  readonly limiters: Map<number, RateLimiter>;
  readonly tokens: TokenOffice;
  readonly stats: Stats;
  readonly faults: Faults;
  readonly webhooks: Webhooks;
  /** Host and port the emulator listens on. */
  host: string;
}
