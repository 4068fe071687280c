import { z } from 'zod';
import { KeyRingInvalid, parseKeyRing } from './platform/secrets/index.ts';

const optional = z.string().trim().optional();

const seconds = (fallback: number) =>
  z.coerce
    .number()
    .positive()
    .max(86_400)
    .default(fallback)
    .transform((value) => value * 1000);

const httpUrl = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/$/, ''));

/** `host=origin,host=origin`: where the sandbox's made-up hosts really are. */
const testHosts = optional.transform((text, context) => {
  const entries = (text ?? '').split(',').filter((entry) => entry !== '');
  return new Map(
    entries.map((entry): [string, string] => {
      const at = entry.indexOf('=');
      if (at < 1) context.addIssue({ code: 'custom', message: 'expected host=origin,host=origin' });
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
});

const keyRing = optional.transform((text, context) => {
  try {
    if (text !== undefined) parseKeyRing(text);
  } catch (error) {
    if (!(error instanceof KeyRingInvalid)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
  return text;
});

const environment = z
  .object({
    PUBLIC_URL: httpUrl,
    ADMIN_TOKEN: z.string().min(24, 'at least 24 characters: `openssl rand -hex 24` makes one'),
    HOST: z.string().min(1).default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
    DATA_DIR: z.string().min(1).default('data'),
    DATABASE_URL: optional.pipe(z.url({ protocol: /^postgres(ql)?$/ }).optional()),
    SECRET_KEYS: keyRing,
    LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    /** 0: this process takes requests in and works no jobs; another one on the same database does. */
    WORKERS: z.coerce.number().int().min(0).max(64).default(6),
    POLL_SECONDS: seconds(60),
    RECHECK_SECONDS: seconds(3600),
    FOLLOW_SECONDS: seconds(300),
    HUBSPOT_APP_ID: z.string().regex(/^\d{1,20}$/, 'the number of the app'),
    HUBSPOT_CLIENT_ID: z.string().min(1),
    HUBSPOT_CLIENT_SECRET: z.string().min(1),
    HUBSPOT_PREVIOUS_CLIENT_SECRET: optional,
    HUBSPOT_APP_EVENT_TYPE: optional,
    HUBSPOT_API_URL: optional.pipe(httpUrl.optional()),
    HUBSPOT_AUTHORIZE_URL: optional.pipe(httpUrl.optional()),
    BLUESKY_SERVERS: optional.transform((text) =>
      (text ?? '').split(',').filter((one) => one !== ''),
    ),
    CLOCK_START: optional.pipe(z.iso.datetime().optional()),
    TEST_HOSTS: testHosts,
  })
  .refine((env) => env.DATABASE_URL === undefined || env.SECRET_KEYS !== undefined, {
    path: ['SECRET_KEYS'],
    message:
      'required with DATABASE_URL, so that all processes share it: `k1:` and `openssl rand -base64 32`',
    // Also beside other faults, so that all are told at once.
    when: () => true,
  });

export type Config = Readonly<z.infer<typeof environment>>;

/** What is wrong with the environment, all of it at once. Its message names settings, never their values. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
}

/** The only reader of the environment. Empty means not set, as in a copied .env.example. Throws ConfigInvalid. */
export function readConfig(source: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, text]) => text !== undefined && text.trim() !== ''),
  );
  const parsed = environment.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const faults = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'environment');
    const missing = !(name in given);
    const detail = missing && issue.code !== 'custom' ? 'is not set' : issue.message;
    return `  ${name}: ${detail}`;
  });
  throw new ConfigInvalid(
    `These settings are missing or wrong (see .env.example):\n${[...new Set(faults)].join('\n')}`,
  );
}

const client = z.object({
  ECHOFILE_URL: httpUrl.optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(1).max(65_535).default(3000),
  LANG: z.string().default('en'),
});

export interface ClientConfig {
  /** Where the service listens, without a slash at the end. */
  readonly url: string;
  /** Throws ConfigInvalid where there is none: help needs no token. */
  readonly token: () => string;
  readonly language: string;
}

/** What a command line needs to know about the service that it talks to. Throws ConfigInvalid. */
export function readClientConfig(source: NodeJS.ProcessEnv = process.env): ClientConfig {
  const given = Object.fromEntries(Object.entries(source).filter(([, text]) => text !== ''));
  const parsed = client.safeParse(given);
  if (!parsed.success)
    throw new ConfigInvalid(
      parsed.error.issues.map((one) => `${String(one.path[0])}: ${one.message}`).join('\n'),
    );
  const { ECHOFILE_URL, HOST, PORT, LANG } = parsed.data;
  return {
    url: ECHOFILE_URL ?? `http://${HOST}:${PORT}`,
    token: () => {
      if (given.ADMIN_TOKEN === undefined)
        throw new ConfigInvalid('ADMIN_TOKEN: is not set (see .env.example)');
      return given.ADMIN_TOKEN;
    },
    language: LANG,
  };
}
