import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Global unicast, RFC 4291. ipaddr.js calls everything "unicast" that no table names, `::7f00:1` (127.0.0.1) included. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/** Unicast by the registries, but answered by the machine or network that a server runs in. */
const LOCAL_BY_USE: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][] = [
  // Azure's host agent: hands out certificates and settings of the virtual machine.
  ipaddr.parseCIDR('168.63.129.16/32'),
  // Documentation, RFC 9637.
  ipaddr.parseCIDR('3fff::/20'),
  // Well-known translation prefixes carry an IPv4 address, RFC 6052 and RFC 8215.
  ipaddr.parseCIDR('64:ff9b::/16'),
];

/** True for an address of the public internet. Mapped, compatible, NAT64, 6to4 and Teredo forms are not, whatever they embed. */
export function isPublicAddress(address: string): boolean {
  // isIP takes strict forms only; the octal and shortened forms that ipaddr.js reads are nobody's honest answer.
  if (isIP(address) === 0 || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed.kind() === 'ipv6' && !parsed.match(GLOBAL_IPV6)) return false;
  return !LOCAL_BY_USE.some((net) => net[0].kind() === parsed.kind() && parsed.match(net));
}

export function isLoopbackAddress(address: string): boolean {
  return isIP(address) !== 0 && ipaddr.parse(address).range() === 'loopback';
}
