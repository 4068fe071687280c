import type { Register } from '../http/endpoint.ts';
import { uninstall } from '../oauth/install.ts';

/** Who the account is, and how an app takes its leave. */
export function accountEndpoints(register: Register): void {
  register({ method: 'get', path: '/account-info/2026-09/details' }, ({ portal, world }) => {
    const { options } = portal;
    const timeZone = options.timeZone ?? 'Europe/Berlin';
    const utcOffsetMilliseconds = offsetOf(timeZone, portal.now());
    return {
      status: 200,
      body: {
        portalId: portal.portalId,
        accountType: options.accountType ?? 'STANDARD',
        timeZone,
        companyCurrency: 'EUR',
        additionalCurrencies: [],
        utcOffset: offsetText(utcOffsetMilliseconds),
        utcOffsetMilliseconds,
        uiDomain: options.uiDomain ?? world.host,
        dataHostingLocation: options.dataHostingLocation ?? 'eu1',
      },
    };
  });
  register(
    { method: 'delete', path: '/appinstalls/2026-09/external-install' },
    ({ portal, world }) => {
      uninstall(world, portal);
      return { status: 204 };
    },
  );
}

function offsetOf(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const [, sign, hours, minutes] =
    /GMT([+-])(\d\d):(\d\d)/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ??
    [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}

function offsetText(milliseconds: number): string {
  const minutes = Math.abs(milliseconds) / 60_000;
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  return `${milliseconds < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
