import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './address.ts';
import { OutboundError } from './outboundError.ts';

const MAX_URL_LENGTH = 4096;
const PORTS = new Set(['', '80', '443']);

/** Names that mean this machine or this network wherever they resolve (RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`). */
const LOCAL_NAMES = [
  'localhost',
  'local',
  'internal',
  'home.arpa',
  'localdomain',
  'lan',
  'intranet',
];

/** Where one request goes: to `origin`, asking for `url`. They differ for a test host only. */
export interface Target {
  readonly url: URL;
  readonly origin: string;
  readonly loopback: boolean;
}

/** `host`, `*.suffix` (one label or more), each with or without `:port`. Without a port every port matches. */
export function hostMatches(pattern: string, url: URL): boolean {
  const wanted = pattern.toLowerCase();
  const hasPort = /:\d+$/.test(wanted);
  const host = hasPort
    ? `${url.hostname}:${url.port === '' ? defaultPort(url) : url.port}`
    : url.hostname;
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted;
}

function defaultPort(url: URL): string {
  return url.protocol === 'https:' ? '443' : '80';
}

/** The address behind the name is not known yet: the connector checks it again. */
export function checkTarget(text: string, testHosts: ReadonlyMap<string, URL>): Target {
  const url = text.length <= MAX_URL_LENGTH ? URL.parse(text) : null;
  if (url === null) throw new OutboundError('refused', 'unreadable address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new OutboundError('refused', url.hostname, 'scheme');
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundError('refused', url.hostname, 'credentials in the address');
  }
  url.hash = '';
  for (const [pattern, origin] of testHosts) {
    if (hostMatches(pattern, url)) {
      return { url, origin: origin.origin, loopback: true };
    }
  }
  if (!PORTS.has(url.port)) throw new OutboundError('refused', url.hostname, 'port');
  if (!isPublicName(url.hostname)) throw new OutboundError('refused', url.hostname, 'not public');
  return { url, origin: url.origin, loopback: false };
}

/** WHATWG URL has already turned `0x7f.1`, `2130706433` and full-width digits into plain addresses. */
function isPublicName(hostname: string): boolean {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  if (isIP(bare) !== 0) return isPublicAddress(bare);
  const name = bare.endsWith('.') ? bare.slice(0, -1) : bare;
  if (!name.includes('.') || name.startsWith('.') || name.endsWith('.')) return false;
  return !LOCAL_NAMES.some((local) => name === local || name.endsWith(`.${local}`));
}

/** Reads the sandbox's host table. Throws for a target that is not this machine, so that it can open nothing else. */
export function readTestHosts(hosts: ReadonlyMap<string, string>): ReadonlyMap<string, URL> {
  const table = new Map<string, URL>();
  for (const [pattern, origin] of hosts) {
    const url = URL.parse(origin);
    const bare = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
    if (url?.protocol !== 'http:' || !isLoopbackAddress(bare)) {
      throw new TypeError(
        `A test host must lead to a loopback address over http; "${pattern}" does not`,
      );
    }
    table.set(pattern, url);
  }
  return table;
}
