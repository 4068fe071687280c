import { createHmac } from 'node:crypto';
import { describe } from '@jest/globals';
import { hubspot } from '../../../../connectors/crm/hubspot/index.ts';
import { startHubSpot } from '../../../../sandbox/hubspot/index.ts';
import { conformsToCrm, type Announcement, type CrmFixture } from '../../../conformance/crm.ts';
import { faultyWire } from '../faulty-wire.ts';
import { connect } from './portal.ts';

async function start(): Promise<CrmFixture> {
  const emulator = await startHubSpot({ limits: { calls: 100_000, searchesPerSecond: 1_000 } });
  const wire = await faultyWire(emulator.url);
  const { portal, connector, app, ports } = connect(emulator, wire.url);
  if (hubspot.webhook === undefined) throw new Error('HubSpot has webhooks.');
  return {
    accountId: String(portal.portalId),
    connector,
    vendor: {
      seed: (fields) => Promise.resolve(portal.createContact(fields).id),
      edit(id, fields) {
        portal.edit(id, fields);
        return Promise.resolve();
      },
      merge: (survivor, loser) => Promise.resolve(portal.merge(survivor, loser).id),
      remove(id) {
        portal.delete(id);
        return Promise.resolve();
      },
      entriesOf: (id) =>
        Promise.resolve(portal.notesOf(id).map((note) => note.values.hs_note_body ?? '')),
      refused: { field: 'echofile_activities_90d', value: 'private and no number' },
      settled() {
        portal.catchUpSearch();
        return Promise.resolve();
      },
    },
    strike: wire.strike,
    secrets: [app.clientSecret, ports.stored().accessToken, ports.stored().refreshToken],
    webhook: hubspot.webhook(app),
    announce: announcement(portal.portalId, app.clientSecret),
    async stop() {
      await wire.stop();
      await emulator.close();
    },
  };
}

/** Signed by hand, so that the connector's own arithmetic is not its witness. */
function announcement(portalId: number, secret: string): Announcement {
  const url = 'https://echofile.example/webhooks/hubspot?tenant=a%20b';
  const change = `{"eventId" : 7, "subscriptionId":1,"portalId":${portalId} ,
    "appId":9318066,"occurredAt": 1793613600000,"subscriptionType":"contact.propertyChange",
    "attemptNumber":ATTEMPT,"objectId":101,"propertyName":"email","propertyValue":"a@example.com"}`;
  const creation = `{"eventId":7,"portalId":${portalId},"occurredAt":1793613600000,
    "subscriptionType":"contact.creation","attemptNumber":ATTEMPT,"objectId":101}`;
  const body = ` [ ${change} ,\n${creation}\t]\n `;
  return {
    body: Buffer.from(body.replaceAll('ATTEMPT', '0')),
    redelivered: Buffer.from(body.replaceAll('ATTEMPT', '3')),
    sign(bytes, at) {
      const timestamp = String(at.getTime());
      const signature = createHmac('sha256', secret)
        .update(`POST${url}`)
        .update(bytes)
        .update(timestamp)
        .digest('base64');
      return {
        method: 'POST',
        url,
        body: bytes,
        headers: {
          'x-hubspot-signature-v3': signature,
          'x-hubspot-request-timestamp': timestamp,
        },
      };
    },
  };
}

describe('HubSpot, against the emulator', () => {
  conformsToCrm({
    capabilities: hubspot.capabilities,
    hasWire: true,
    fields: { given: 'firstname', family: 'lastname', email: 'email' },
    start,
  });
});
