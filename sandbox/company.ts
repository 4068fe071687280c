import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { startHubSpot, type HubSpotEmulator } from './hubspot/index.ts';
import type { Subscription } from './hubspot/webhooks/events.ts';
import type { Contact } from './story/contacts.ts';
import { startNetworks, type Networks } from './story/networks.ts';
import type { Story } from './story/story.ts';

/** Made up, and the same in every sandbox: nothing here opens anything but this machine. */
export const CREDENTIALS = {
  bluesky: { identifier: 'nordlichtmobil.test', password: 'sandbox-app-password' },
  blog: { username: 'nordlicht', applicationPassword: 'sand boxa ppli cati onpa ssw0' },
} as const;

const PORTAL = 4_801_001;

export interface Company {
  readonly hubspot: HubSpotEmulator;
  readonly networks: Networks;
  readonly story: Story;
  /** HubSpot's ids by the story's contact ids. */
  readonly contactIds: ReadonlyMap<string, string>;
  /** `host=origin` pairs that lead the service to the made-up hosts. */
  readonly testHosts: string;
  close(): Promise<void>;
}

export interface CompanyOptions {
  readonly story: Story;
  readonly clock: Clock;
  /** Where the service will listen. */
  readonly serviceUrl: string;
  /** Wanted port of the CRM; where it is taken, or 0, the system chooses. */
  readonly hubspotPort: number;
}

/** Nordlicht Mobil as it is before Echofile comes: a HubSpot account with its contacts, a Bluesky account and a blog. */
export async function startCompany(options: CompanyOptions): Promise<Company> {
  const { story, clock, serviceUrl } = options;
  const networks = await startNetworks({ story, credentials: CREDENTIALS, clock });
  const hubspot = await startHubSpot({
    port: await freeOr(options.hubspotPort),
    clock,
    app: { redirectUris: [`${serviceUrl}/oauth/hubspot/callback`] },
    portals: [{ portalId: PORTAL, name: 'Nordlicht Mobil', timeZone: 'Europe/Berlin' }],
    webhooks: {
      targetUrl: `${serviceUrl}/webhooks/hubspot`,
      subscriptions: await readSubscriptions(),
    },
  });
  for (const { name, label } of OWN_PROPERTIES) {
    const kind = { type: 'string', fieldType: 'text', groupName: 'contactinformation' };
    hubspot.portal().createProperty({ name, label, ...kind });
  }
  const ids = hubspot.portal().seedContacts(seedOf(story.contacts));
  return {
    hubspot,
    networks,
    story,
    contactIds: new Map(story.contacts.map((contact, index) => [contact.id, ids[index] ?? ''])),
    testHosts: testHostsOf(networks),
    close: async () => {
      await Promise.all([hubspot.close(), networks.close()]);
    },
  };
}

/** The wanted port, or 0 where another program has it: a second sandbox is no reason to stop. */
async function freeOr(port: number): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => {
      resolve(0);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

/** What HubSpot would read out of the app's upload: the webhooks that manifest.json asks for. */
async function readSubscriptions(): Promise<Subscription[]> {
  const text = await readFile(new URL('../manifest.json', import.meta.url), 'utf8');
  const { crm } = manifest.parse(JSON.parse(text));
  const { lifecycle, fields } = crm.hubspot.webhooks;
  return [
    ...lifecycle.map((event) => ({ subscriptionType: `contact.${event}` as const })),
    ...fields.map((propertyName) => ({
      subscriptionType: 'contact.propertyChange' as const,
      propertyName,
    })),
  ];
}

const manifest = z.object({
  crm: z.object({
    hubspot: z.object({
      webhooks: z.object({
        lifecycle: z.array(z.enum(['creation', 'deletion', 'restore', 'merge', 'privacyDeletion'])),
        fields: z.array(z.string()),
      }),
    }),
  }),
});

/** Properties of HubSpot that the emulator does not bring by itself. */
const OWN_PROPERTIES = [
  { name: 'salutation', label: 'Anrede' },
  { name: 'work_email', label: 'Geschäftliche E-Mail' },
];

/**
 * The contacts as the company had them before. HubSpot takes an e-mail address once: the second contact of a shared mailbox
 * has it as the work address, which HubSpot does not hold to be unique.
 */
function seedOf(contacts: readonly Contact[]): Record<string, string>[] {
  const taken = new Set<string>();
  return contacts.map((contact) => {
    const [email = '', ...more] = contact.emails;
    const isTaken = taken.has(email);
    taken.add(email);
    const properties = {
      salutation: contact.title,
      firstname: contact.firstName,
      lastname: contact.lastName,
      email: isTaken ? '' : email,
      work_email: isTaken ? email : '',
      hs_additional_emails: more.join(';'),
      company: contact.company,
      jobtitle: contact.jobTitle,
      city: contact.city,
      phone: contact.phone,
      website: contact.website,
    };
    return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== ''));
  });
}

/** Jobs in which somebody speaks to many. */
const ROLES: Readonly<Record<string, string>> = {
  Blogger: 'author',
  Institutsleiter: 'speaker',
  Redakteurin: 'journalist',
  Vorsitzende: 'association_board',
};

/** Once Echofile has brought its fields, people of the company fill in what they know of their contacts. */
export function fillInKnownFields({ hubspot, story, contactIds }: Company): void {
  for (const contact of story.contacts) {
    const known = {
      echofile_bluesky_handle: contact.blueskyHandle,
      echofile_link_consent: contact.consentLink,
      echofile_role: ROLES[contact.jobTitle] ?? '',
    };
    const filled = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== ''));
    if (Object.keys(filled).length > 0) {
      hubspot.portal().edit(contactIds.get(contact.id) ?? '', filled);
    }
  }
}

function testHostsOf({ blog, websites }: Networks): string {
  const pairs = [
    ['blog.nordlicht.example:8920', blog.url],
    ...websites.hosts.map((host) => [host, websites.url]),
  ];
  return pairs.map(([host, origin]) => `${host}=${origin}`).join(',');
}
