import type { Portal } from '../portal.ts';
import type { World } from '../world.ts';
import type { IssuedTokens } from './tokens.ts';

/** The id of the person who clicks in the emulated account. */
export const SUPER_ADMIN = 9_001;

/** Installs the app without the consent page. */
export function install(world: World, portal: Portal, scopes: string[]): IssuedTokens {
  portal.installed = true;
  return world.tokens.issue({ portalId: portal.portalId, userId: SUPER_ADMIN, scopes });
}

/** All tokens of the account die and webhooks stop; HubSpot tells the app nothing. */
export function uninstall(world: World, portal: Portal): void {
  portal.installed = false;
  world.tokens.endPortal(portal.portalId);
}
