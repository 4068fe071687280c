import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { signatureHeaders, type Signed } from '../../sandbox/hubspot/webhooks/signature.ts';
import { schedule } from '../../src/services/schedule.ts';
import { ADMIN_TOKEN, type TestService } from './service.ts';

export interface Answer {
  /** 0 when the server closed without one. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Writes bytes to the port as they are, and reads what comes until the server closes or is silent. */
export async function raw(
  port: number,
  chunks: readonly (string | Buffer)[],
  silenceMs = 15_000,
): Promise<Answer> {
  const socket = connect(port, '127.0.0.1');
  const bodiless = chunks[0]?.toString('latin1').startsWith('HEAD ') === true;
  const received: Buffer[] = [];
  const ended = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      received.push(chunk);
      if (isWhole(Buffer.concat(received).toString('latin1'), bodiless)) resolve();
    });
    // A server that refuses early closes while we still write: what it said before counts.
    socket.on('error', () => {
      resolve();
    });
    socket.on('close', () => {
      resolve();
    });
  });
  for (const chunk of chunks) socket.write(chunk);
  await Promise.race([ended, sleep(silenceMs, undefined, { ref: false })]);
  socket.destroy();
  return parse(Buffer.concat(received).toString('utf8'));
}

function isWhole(text: string, bodiless: boolean): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  if (bodiless || /^HTTP\/1\.1 (204|304)/.test(text)) return true;
  return length !== undefined && text.length >= end + 4 + Number(length);
}

function parse(text: string): Answer {
  const end = text.indexOf('\r\n\r\n');
  const head = (end < 0 ? text : text.slice(0, end)).split('\r\n');
  const headers = Object.fromEntries(
    head.slice(1).map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head[0] ?? '')?.[1] ?? 0);
  return { status, headers, body: end < 0 ? '' : text.slice(end + 4) };
}

export interface RequestParts {
  readonly method: string;
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: Buffer | string;
}

/** The bytes of a request, with a right Content-Length unless the headers say something about length themselves. */
export function request({ method, target, headers = [], body }: RequestParts): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body ?? '', 'utf8');
  const tellsLength = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line));
  const length = body === undefined || tellsLength ? [] : [`Content-Length: ${bytes.length}`];
  const head = [`${method} ${target} HTTP/1.1`, 'Host: localhost', ...headers, ...length, '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), bytes]);
}

/** A webhook as HubSpot would send it. */
export function signedHeaders(
  service: TestService,
  body: Buffer,
  change: { readonly secret?: string; readonly at?: number; readonly uri?: string } = {},
): Record<string, string> {
  const signed: Signed = {
    secret: change.secret ?? service.emulator.app.clientSecret,
    method: 'POST',
    uri: change.uri ?? service.webhookUrl,
    // The emulator's signer takes text; latin1 would change bytes, so bodies here are text.
    body: body.toString('utf8'),
  };
  return {
    'Content-Type': 'application/json',
    ...signatureHeaders(signed, change.at ?? Date.now()),
  };
}

/** Sends it signed over exactly these bytes. */
export async function sendWebhook(service: TestService, body: string): Promise<Response> {
  const headers = signedHeaders(service, Buffer.from(body));
  return fetch(service.webhookUrl, { method: 'POST', body, headers });
}

export interface AdminReply {
  readonly status: number;
  readonly body: unknown;
}

export async function admin(
  { url }: TestService,
  method: string,
  path: string,
  body?: unknown,
): Promise<AdminReply> {
  const reply = await fetch(`${url}/api${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, body: text === '' ? undefined : JSON.parse(text) };
}

export async function newWorkspace(service: TestService, language = 'en'): Promise<string> {
  const { body } = await admin(service, 'POST', '/workspaces', { name: 'Nordlicht', language });
  return (body as { workspace: string }).workspace;
}

/** Where HubSpot's consent page for this workspace is. */
export async function consentUrl(service: TestService, workspace: string): Promise<URL> {
  const { body } = await admin(service, 'POST', `/workspaces/${workspace}/crm/hubspot`);
  return new URL((body as { authorizeUrl: string }).authorizeUrl);
}

/** Clicks in the consent page as the admin of an account does; answers where HubSpot then sends the browser. */
export async function decide(
  consent: URL,
  choice: { readonly portalId?: number; readonly decision?: 'install' | 'cancel' } = {},
): Promise<string> {
  const form = new URLSearchParams(consent.searchParams);
  if (choice.portalId !== undefined) form.set('portal_id', String(choice.portalId));
  form.set('decision', choice.decision ?? 'install');
  const granted = await fetch(new URL(consent.pathname, consent), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const back = granted.headers.get('location');
  if (back === null) throw new Error(`the consent page did not lead back (${granted.status})`);
  return back;
}

/** Installs the app through the consent page. */
export async function installHubSpot(
  service: TestService,
  workspace: string,
  portalId?: number,
): Promise<Response> {
  const consent = await consentUrl(service, workspace);
  return fetch(await decide(consent, portalId === undefined ? {} : { portalId }));
}

/** Polls until the value is not undefined. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  withinMs = 30_000,
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > until) throw new Error(`never came: ${what}`);
    await sleep(25);
  }
}

/** Waits until provisioning and the first full read of a new connection are through, and nothing is due. */
export async function atRest(service: TestService): Promise<void> {
  // What a new workspace gets with the next minute comes now, not in the middle of a test that counts rows.
  await schedule(service.running.app);
  await eventually('the first full read', async () => {
    const { rows } = await service.database.query<{ rest: boolean }>(
      `select not exists (select from connections c where kind = 'crm' and state = 'active' and not exists
          (select from mirror_runs m where m.connection_id = c.id and finished_at is not null))
        and not exists (select from inbox where queued_at is null)
        and not exists (select from graphile_worker._private_jobs
          where run_at <= now() + interval '2 seconds' or locked_at is not null) as rest`,
    );
    return rows[0]?.rest === true ? true : undefined;
  });
}
