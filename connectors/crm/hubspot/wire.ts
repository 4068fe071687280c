import { z } from 'zod';

/** What HubSpot sends, only the fields we read; everything else is ignored on purpose. */

export const propertyValues = z.record(z.string(), z.string().nullable());

export const record = z.object({
  id: z.string(),
  properties: propertyValues,
  updatedAt: z.iso.datetime({ offset: true }),
});
export type WireRecord = z.infer<typeof record>;

export const recordPage = z.object({
  results: z.array(record),
  paging: z.object({ next: z.object({ after: z.string() }).optional() }).optional(),
});

const texts = z.union([z.string(), z.array(z.string())]);

export const wireError = z.object({
  status: z.string().optional(),
  category: z.string().optional(),
  subCategory: z.string().optional(),
  message: z.string().optional(),
  policyName: z.string().optional(),
  context: z.record(z.string(), texts).optional(),
  errors: z
    .array(
      z.object({
        code: z.string().optional(),
        in: z.string().optional(),
        message: z.string().optional(),
        context: z.record(z.string(), texts).optional(),
      }),
    )
    .optional(),
});
export type WireError = z.infer<typeof wireError>;

/** A bulk answer: 2xx, or 207 with errors beside results. */
export const bulkReply = z.object({
  results: z.array(z.unknown()),
  errors: z.array(wireError).optional(),
});

export const written = z.object({
  id: z.string(),
  objectWriteTraceId: z.string().optional(),
  properties: propertyValues.optional(),
});

export const associated = z.object({
  from: z.object({ id: z.string() }),
  to: z.object({ id: z.string() }),
});

export const account = z.object({
  portalId: z.int(),
  timeZone: z.string().min(1),
  uiDomain: z.string().min(1).optional(),
});

export const token = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.number().positive(),
  hub_id: z.int().optional(),
});

export const oauthError = z.object({
  error: z.string().optional(),
  status: z.string().optional(),
});

export const propertyDefinition = z.object({
  name: z.string(),
  type: z.string(),
  hasUniqueValue: z.boolean().optional(),
  externalOptions: z.boolean().optional(),
  options: z.array(z.looseObject({ label: z.string(), value: z.string() })).optional(),
});
export type PropertyDefinition = z.infer<typeof propertyDefinition>;
export const propertyList = z.object({ results: z.array(propertyDefinition) });

// Whole numbers beyond 2^53 arrive from webhook.ts as the digits they were written with.
const id = z.union([z.int().nonnegative().transform(String), z.string().regex(/^\d{1,30}$/)]);

export const webhookEvent = z.object({
  portalId: id,
  eventId: id.optional(),
  subscriptionType: z.string(),
  occurredAt: z.int().nonnegative(),
  objectId: id.optional(),
  objectTypeId: z.string().optional(),
  propertyName: z.string().optional(),
  propertyValue: z.union([z.string(), z.number(), z.boolean()]).nullish(),
  primaryObjectId: id.optional(),
  mergedObjectIds: z.array(id).optional(),
  newObjectId: id.nullish(),
});
export type WebhookEvent = z.infer<typeof webhookEvent>;

/** The least that `receive` must know of an event to store it; the rest is read later. */
export const webhookEnvelope = z.object({
  portalId: id,
  subscriptionType: z.string(),
  objectTypeId: z.unknown().optional(),
});
