import { z } from 'zod';

const digits = z.string().regex(/^\d{1,20}$/);

/** Our app in HubSpot's developer project, the same for all customers. */
export const app = z.strictObject({
  appId: digits,
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** Still believed on webhooks while the secret is being changed. */
  previousClientSecret: z.string().min(1).optional(),
  /** EU portals answer under the same address. */
  apiBaseUrl: z.url().default('https://api.hubapi.com'),
  authorizeUrl: z.url().default('https://app.hubspot.com/oauth/authorize'),
  timeoutMs: z.int().positive().default(30_000),
  /** Approved by HubSpot: new installations get app events instead of notes. Fully qualified name of the type. */
  appEventType: z.string().min(1).optional(),
});
export type App = z.infer<typeof app>;

export const settings = z
  .strictObject({
    portalId: digits,
    /** Host of the customer's HubSpot pages, for links to records. */
    uiDomain: z.string().min(1).optional(),
    /** IANA name; daily limits end at this zone's midnight. */
    timeZone: z.string().min(1).optional(),
    entries: z.enum(['notes', 'app_events']).default('notes'),
    /** Fully qualified name of the approved app event type. */
    appEventType: z.string().min(1).optional(),
  })
  .refine((s) => s.entries === 'notes' || s.appEventType !== undefined, {
    error: 'App events need the name of the approved event type.',
    path: ['appEventType'],
  });
export type Settings = z.infer<typeof settings>;

export const secrets = z.strictObject({
  accessToken: z.string().min(1),
  refreshToken: z.string().min(1),
  expiresAt: z.iso.datetime(),
});
export type Secrets = z.infer<typeof secrets>;
