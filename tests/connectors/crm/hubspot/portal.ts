import { hubspot } from '../../../../connectors/crm/hubspot/index.ts';
import type { App, Secrets, Settings } from '../../../../connectors/crm/hubspot/settings.ts';
import type { CrmConnector } from '../../../../src/contract/crm.ts';
import {
  startHubSpot,
  type HubSpotEmulator,
  type HubSpotOptions,
  type PortalControl,
} from '../../../../sandbox/hubspot/index.ts';
import { testPorts, type TestPorts } from '../ports.ts';

export interface InstalledPortal {
  readonly emulator: HubSpotEmulator;
  readonly portal: PortalControl;
  readonly connector: CrmConnector;
  readonly app: App;
  readonly ports: TestPorts<Secrets>;
}

/** An emulated HubSpot with the app installed, and a connector to it. */
export async function installedPortal(
  options: HubSpotOptions = {},
  settings: Partial<Settings> = {},
): Promise<InstalledPortal> {
  const emulator = await startHubSpot({ limits: { calls: 100_000 }, ...options });
  return { emulator, ...connect(emulator, emulator.url, settings) };
}

export function connect(
  emulator: HubSpotEmulator,
  apiBaseUrl: string,
  settings: Partial<Settings> = {},
): Omit<InstalledPortal, 'emulator'> {
  const portal = emulator.portal();
  const tokens = portal.install();
  const app = appOf(emulator, apiBaseUrl);
  const ports = testPorts<Secrets>(
    {
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      expiresAt: new Date(emulator.clock.now() + 1_800_000).toISOString(),
    },
    { now: () => new Date(emulator.clock.now()) },
  );
  const connector = hubspot.create({
    app,
    settings: { portalId: String(portal.portalId), entries: 'notes', ...settings },
    ports,
  });
  return { portal, connector, app, ports };
}

export function appOf(emulator: HubSpotEmulator, apiBaseUrl: string): App {
  return {
    appId: String(emulator.app.appId),
    clientId: emulator.app.clientId,
    clientSecret: emulator.app.clientSecret,
    apiBaseUrl,
    authorizeUrl: `${emulator.url}/oauth/authorize`,
    timeoutMs: 10_000,
  };
}
