import { SaxesParser } from 'saxes';
import { type Row, type Value, textOf } from '../model.ts';

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const OUTBOUND = 'http://soap.sforce.com/2005/09/outbound';

export interface Notification {
  id: string;
  /** Absent when the record has been deleted since. */
  row: Row | undefined;
}

export interface Envelope {
  orgId: string;
  actionId: string;
  host: string;
  object: string;
  fields: readonly string[];
  notifications: readonly Notification[];
}

/** The body of an outbound message. Null fields are absent. */
export function envelopeOf({
  orgId,
  actionId,
  host,
  object,
  fields,
  notifications,
}: Envelope): string {
  const id15 = orgId.slice(0, 15);
  const items = notifications.map(({ id, row }) => {
    const values = row === undefined ? '' : fieldsOf(row, fields);
    return (
      `   <Notification>\n    <Id>${id}</Id>\n` +
      `    <sObject xsi:type="sf:${object}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">\n${values}    </sObject>\n` +
      `   </Notification>\n`
    );
  });
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n` +
    `<soapenv:Envelope xmlns:soapenv="${SOAP}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n` +
    ` <soapenv:Body>\n  <notifications xmlns="${OUTBOUND}">\n` +
    `   <OrganizationId>${orgId}</OrganizationId>\n   <ActionId>${actionId}</ActionId>\n   <SessionId xsi:nil="true"/>\n` +
    `   <EnterpriseUrl>http://${host}/services/Soap/c/66.0/${id15}</EnterpriseUrl>\n` +
    `   <PartnerUrl>http://${host}/services/Soap/u/66.0/${id15}</PartnerUrl>\n` +
    `${items.join('')}  </notifications>\n </soapenv:Body>\n</soapenv:Envelope>\n`
  );
}

function fieldsOf(row: Row, fields: readonly string[]): string {
  return [...new Set(['Id', ...fields])]
    .flatMap((name) => {
      const value = row.values[name] ?? null;
      return value === null ? [] : [`     <sf:${name}>${escapeXml(plain(value))}</sf:${name}>\n`];
    })
    .join('');
}

const plain = (value: Value): string => textOf(value).replace(/\+0000$/, 'Z');

/** What XML 1.0 cannot hold is left out. */
const escapeXml = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- exactly these are forbidden in XML 1.0
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** Only notificationsResponse with Ack true, in the right namespaces, is an acknowledgement. */
export function isAcknowledged(status: number, body: string): boolean {
  if (status !== 200) return false;
  const path: string[] = [];
  let ack = '';
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ uri, local }) => path.push(`{${uri}}${local}`));
  parser.on('text', (text) => {
    if (path.join('/') === ACK) ack += text;
  });
  parser.on('closetag', () => path.pop());
  try {
    parser.write(body).close();
  } catch {
    return false;
  }
  return ack.trim() === 'true';
}

const ACK = [
  `{${SOAP}}Envelope`,
  `{${SOAP}}Body`,
  `{${OUTBOUND}}notificationsResponse`,
  `{${OUTBOUND}}Ack`,
].join('/');
