import { isLoopbackAddress } from './address.ts';
import { OutboundError } from './outboundError.ts';
import { hostMatches } from './target.ts';

/**
 * Lets a setting name only the vendor's own API (R20): https without port and credentials, on a host of `allowedHosts`
 * (`api.vendor.com` or `*.vendor.com`). An entry written as a loopback origin (`http://127.0.0.1:8930`) allows an emulator.
 */
export function assertApiHost(url: string, allowedHosts: readonly string[]): URL {
  const parsed = URL.parse(url);
  if (parsed === null) throw new OutboundError('refused', 'unreadable address');
  const { hostname } = parsed;
  if (parsed.username !== '' || parsed.password !== '') {
    throw new OutboundError('refused', hostname, 'credentials in the address');
  }
  const isVendor = parsed.protocol === 'https:' && parsed.port === '';
  const isEmulator =
    parsed.protocol === 'http:' && isLoopbackAddress(hostname.replace(/^\[|\]$/g, ''));
  const allowed = allowedHosts.some((entry) =>
    entry.includes('://')
      ? isEmulator && parsed.origin === entry
      : isVendor && hostMatches(entry, parsed),
  );
  if (!allowed) throw new OutboundError('refused', hostname, 'not an API host');
  return parsed;
}
