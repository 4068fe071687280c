import { startHubSpot, type HubSpotEmulator } from '../sandbox/hubspot/index.ts';

/** A HubSpot account that is subscribed to as manifest.json asks, as far as the benches need it. */
export async function startCrm(serviceUrl: string): Promise<HubSpotEmulator> {
  return startHubSpot({
    app: { redirectUris: [`${serviceUrl}/oauth/hubspot/callback`] },
    webhooks: {
      targetUrl: `${serviceUrl}/webhooks/hubspot`,
      batchDelayMs: 0,
      subscriptions: [
        { subscriptionType: 'contact.creation' },
        { subscriptionType: 'contact.deletion' },
        { subscriptionType: 'contact.propertyChange', propertyName: 'echofile_bluesky_handle' },
      ],
    },
  });
}

export function environmentFor(
  hubspot: HubSpotEmulator,
  workers: number,
): Readonly<Record<string, string>> {
  return {
    LOG_LEVEL: 'warn',
    WORKERS: String(workers),
    HUBSPOT_APP_ID: String(hubspot.app.appId),
    HUBSPOT_CLIENT_ID: hubspot.app.clientId,
    HUBSPOT_CLIENT_SECRET: hubspot.app.clientSecret,
    HUBSPOT_API_URL: hubspot.url,
    HUBSPOT_AUTHORIZE_URL: `${hubspot.url}/oauth/authorize`,
  };
}
