import { createHmac } from 'node:crypto';
import type { Shot } from '../load.ts';

/** As many as HubSpot puts into one request at most. */
export const EVENTS = 100;
const DIGITS = 10;
const FIRST_EVENT = 1_000_000_000;

export interface Target {
  readonly url: string;
  readonly secret: string;
  readonly portalId: number;
  /** The events are about these contacts, in turn. */
  readonly contactIds: readonly string[];
}

let eventsSoFar = 0;

/**
 * Signed requests of 100 events (about 33 kB) as HubSpot sends them, no two alike. Signed beforehand; a body is put together
 * when it is sent, since thousands of them would not fit into memory: ten digits per event are written into a template.
 */
export function prepare(target: Target, count: number): () => Shot | undefined {
  const { template, places } = templateOf(target);
  const { pathname, host } = new URL(target.url);
  const timestamp = String(Date.now());
  const firstEvent = eventsSoFar;
  eventsSoFar += count * EVENTS;
  const body = (index: number): Buffer => {
    const own = Buffer.from(template);
    places.forEach((place, event) => {
      own.write(String(FIRST_EVENT + firstEvent + index * EVENTS + event), place, DIGITS, 'latin1');
    });
    return own;
  };
  const heads = Array.from({ length: count }, (_, index) => {
    const signature = createHmac('sha256', target.secret)
      .update(`POST${target.url}`)
      .update(body(index))
      .update(timestamp)
      .digest('base64');
    return Buffer.from(
      `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${template.length}\r\nX-HubSpot-Signature-v3: ${signature}\r\n` +
        `X-HubSpot-Request-Timestamp: ${timestamp}\r\n\r\n`,
    );
  });
  let sent = 0;
  return () => {
    const index = sent;
    const head = heads[index];
    if (head === undefined) return undefined;
    sent += 1;
    return { head, body: body(index) };
  };
}

function templateOf({ portalId, contactIds }: Target) {
  const events = Array.from({ length: EVENTS }, (_, index) => ({
    eventId: FIRST_EVENT,
    subscriptionId: 300_007,
    portalId,
    appId: 9_318_066,
    occurredAt: 1_795_000_000_000 + index,
    subscriptionType: 'contact.propertyChange',
    attemptNumber: 0,
    objectId: Number(contactIds[index % contactIds.length] ?? index + 1),
    propertyName: 'echofile_bluesky_handle',
    propertyValue: `person-${String(index).padStart(3, '0')}.nordlicht.example`,
    changeSource: 'CRM_UI',
    sourceId: 'userId:50000001',
  }));
  const template = Buffer.from(JSON.stringify(events));
  const mark = `"eventId":${FIRST_EVENT}`;
  const places: number[] = [];
  for (let at = template.indexOf(mark); at !== -1; at = template.indexOf(mark, at + 1)) {
    places.push(at + mark.length - DIGITS);
  }
  return { template, places };
}
