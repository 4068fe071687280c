import type { z } from 'zod';
import type { ConnectorPorts } from '../../../src/contract/ports.ts';
import { transmit, whereOf, type Call } from './client.ts';
import { connectionFailure, hubspotError, tokenRanOut, type Reply } from './failures.ts';
import { refresh } from './oauth.ts';
import { refusalOf } from './refusals.ts';
import type { App, Secrets, Settings } from './settings.ts';

/** A token about to end could end on its way, and calls with an ended one count against our certification. */
const REFRESH_AHEAD_MS = 5 * 60_000;

type Bucket = 'standard' | 'search';

/** Authorised, paced calls to one portal. */
export class Session {
  readonly app: App;
  readonly settings: Settings;
  readonly ports: ConnectorPorts<Secrets>;

  constructor(app: App, settings: Settings, ports: ConnectorPorts<Secrets>) {
    this.app = app;
    this.settings = settings;
    this.ports = ports;
  }

  /** A reply that is a success or concerns the records sent (400, 404, 409). Anything else is thrown. */
  async send(call: Call, bucket: Bucket = 'standard'): Promise<Reply> {
    await this.ports.pace(bucket);
    const { accessToken } = await this.#freshSecrets();
    let reply = await this.#transmit(call, accessToken);
    if (tokenRanOut(reply)) {
      const renewed = await this.#renew((newest) => newest.accessToken === accessToken);
      await this.ports.pace(bucket);
      reply = await this.#transmit(call, renewed.accessToken);
    }
    if (reply.status < 400) return reply;
    const failure = connectionFailure(reply, {
      where: whereOf(call),
      now: this.ports.clock.now(),
      timeZone: this.settings.timeZone,
    });
    if (failure !== undefined) throw hubspotError(failure);
    return reply;
  }

  /** A call that only makes sense as a whole: its refusal is thrown as REJECTED. */
  async call<S extends z.ZodType>(call: Call, reply: S, bucket?: Bucket): Promise<z.infer<S>> {
    const answer = await this.send(call, bucket);
    if (answer.status >= 400) {
      const { fields, reason } = refusalOf(answer.body);
      throw hubspotError({ code: 'REJECTED', fields, reason });
    }
    return understand(reply, answer.body, whereOf(call));
  }

  async #freshSecrets(): Promise<Secrets> {
    const secrets = await this.ports.secrets.read();
    return this.#endsSoon(secrets) ? this.#renew((newest) => this.#endsSoon(newest)) : secrets;
  }

  /** Many callers may ask at once; whoever comes second finds the newest token already good. */
  #renew(isStale: (newest: Secrets) => boolean): Promise<Secrets> {
    return this.ports.secrets.renew((newest) =>
      isStale(newest) ? refresh(this.app, newest, this.ports.clock.now()) : Promise.resolve(newest),
    );
  }

  #endsSoon({ expiresAt }: Secrets): boolean {
    return Date.parse(expiresAt) - this.ports.clock.now().getTime() < REFRESH_AHEAD_MS;
  }

  #transmit(call: Call, accessToken: string): Promise<Reply> {
    const { apiBaseUrl: baseUrl, timeoutMs } = this.app;
    return transmit({ baseUrl, timeoutMs, accessToken }, call);
  }
}

export function understand<S extends z.ZodType>(
  schema: S,
  body: unknown,
  where: string,
): z.infer<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  throw hubspotError({ code: 'UNEXPECTED_SHAPE', where: `${where}: ${path}` });
}
