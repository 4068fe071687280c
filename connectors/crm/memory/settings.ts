import { z } from 'zod';

export const app = z.strictObject({ signingSecret: z.string().min(1) });
export type App = z.infer<typeof app>;

export const settings = z.strictObject({ accountId: z.string().min(1) });
export type Settings = z.infer<typeof settings>;

export const secrets = z.strictObject({});
export type Secrets = z.infer<typeof secrets>;
