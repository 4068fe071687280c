import { parseArgs } from 'node:util';
import { loadContacts } from '../story/contacts.ts';
import { type OrgControl, startSalesforce } from './index.ts';

/** Any redirect address may be named, so that a service under development can be connected. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4802' },
    redirect: { type: 'string', multiple: true, default: [] },
    'person-accounts': { type: 'boolean', default: false },
  },
});

const salesforce = await startSalesforce({
  port: Number(values.port),
  app: { redirectUris: values.redirect },
  orgs: [{ name: 'Nordlicht Mobil', personAccounts: values['person-accounts'] }],
});
const [first] = seedContacts(salesforce.org());
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void salesforce.close());
}
console.error(`
  Contacts     ${salesforce.url}/lightning/o/Contact/list
  A record     ${salesforce.url}/lightning/r/Contact/${first ?? ''}/view
  Login URL    ${salesforce.url}
  Client       ${salesforce.app.consumerKey} / ${salesforce.app.consumerSecret}
  Control API  ${salesforce.url}/_sandbox/

  Ctrl+C ends it.
`);

/** The customers of the sample company, each company once as an account. */
function seedContacts(org: OrgControl): string[] {
  const contacts = loadContacts();
  const companies = [...new Set(contacts.map(({ company }) => company))].filter(
    (one) => one !== '',
  );
  const ids = org.seed(
    'Account',
    companies.map((Name) => ({ Name })),
  );
  const accounts = new Map(companies.map((company, place) => [company, ids[place]]));
  return org.seed(
    'Contact',
    contacts.map((one) => ({
      FirstName: one.firstName,
      LastName: one.lastName === '' ? one.company : one.lastName,
      Email: one.emails[0],
      Title: one.jobTitle,
      Phone: one.phone,
      MailingCity: one.city,
      AccountId: accounts.get(one.company),
    })),
  );
}
