import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from './address.ts';
import { OutboundError } from './outboundError.ts';

export type Connect = buildConnector.connector;
type ConnectTo = buildConnector.Options;
type Socket = Parameters<Extract<Parameters<Connect>[1], (...args: never) => void>>[1];

/** All addresses of a name. */
export type Lookup = (hostname: string) => Promise<readonly { readonly address: string }[]>;

/** A public site has few addresses; more would only prolong the wait for one that never answers. */
const MAX_TRIES = 3;

export const systemLookup: Lookup = (hostname) => dnsLookup(hostname, { all: true });

export function systemConnect(timeoutMs: number): Connect {
  return buildConnector({ allowH2: false, timeout: timeoutMs });
}

/** A connector that asks for the addresses once, checks every one, and connects to a checked address and not to the name. */
export function guardedConnector(lookup: Lookup, connect: Connect): Connect {
  return (to, done) => {
    void openChecked(to, lookup, connect).then(
      (socket) => {
        done(null, socket);
      },
      (error: unknown) => {
        done(error instanceof Error ? error : new Error('connect failed'), null);
      },
    );
  };
}

async function openChecked(to: ConnectTo, lookup: Lookup, connect: Connect) {
  const addresses = await checkedAddresses(to.hostname, lookup);
  const { protocol, port } = to;
  const isName = isIP(to.hostname) === 0;
  // For the certificate. Over plain http a servername would make undici's connector go back to the name.
  const name =
    protocol === 'https:' && isName ? { servername: withoutDot(to.hostname) } : undefined;
  let failure: unknown;
  for (const address of addresses.slice(0, MAX_TRIES)) {
    try {
      return await open({ protocol, port, hostname: address, host: address, ...name }, connect);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function checkedAddresses(hostname: string, lookup: Lookup): Promise<readonly string[]> {
  if (isIP(hostname) !== 0) {
    if (!isPublicAddress(hostname)) throw new OutboundError('refused', hostname, 'not public');
    return [hostname];
  }
  const answers = (await lookup(hostname)).map((answer) => answer.address);
  if (answers.length === 0) throw new OutboundError('unreachable', hostname, 'no address');
  // One private answer among public ones is an attack or a broken name; neither is worth a call.
  if (!answers.every(isPublicAddress)) throw new OutboundError('refused', hostname, 'not public');
  // IPv4 first: a server without an IPv6 route would otherwise fail each time before it succeeds.
  return answers.toSorted((left, right) => isIP(left) - isIP(right));
}

function open(to: ConnectTo, connect: Connect): Promise<NonNullable<Socket>> {
  return new Promise((resolve, reject) => {
    connect(to, (...[error, socket]) => {
      if (error === null) resolve(socket);
      else reject(error);
    });
  });
}

function withoutDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
}
