import type { Contact } from '../story/contacts.ts';
import type { RelMeLink, SitePage } from './sites.ts';

/** A small company site with a German imprint. The rel=me links stand where the data file says, written as it says. */
export function renderSite(page: SitePage, owner: Contact | undefined): string {
  const name = owner === undefined ? page.host : ownerName(owner);
  const title = owner === undefined || owner.company === '' ? name : owner.company;
  const inHead = page.relMe.filter(({ element }) => element === 'link').map(headLink);
  const inBody = page.relMe.filter(({ element }) => element === 'a').map(bodyLink);
  return `<!DOCTYPE html>
<html lang="de">
<head>
<meta charset="utf-8">
<title>${escape(title)}</title>
<link rel="icon" href="/favicon.ico">
${inHead.join('\n')}
</head>
<body>
<h1>${escape(title)}</h1>
<p>Willkommen! Schön, dass Sie da sind.</p>
${inBody.join('\n')}
${(page.mentions ?? []).map(guestLink).join('\n')}
${(page.hiddenRelMe ?? []).map(hiddenLink).join('\n')}
<h2>Impressum</h2>
<p>Angaben gemäß § 5 DDG</p>
<address>${imprint(owner, name).map(escape).join('<br>\n')}</address>
</body>
</html>
`;
}

function imprint(owner: Contact | undefined, name: string): string[] {
  if (owner === undefined) return [name];
  const { company, city, phone, emails } = owner;
  const reachable = [
    phone === '' ? '' : `Telefon: ${phone}`,
    emails[0] === undefined ? '' : `E-Mail: ${emails[0]}`,
  ];
  const lines = [company, `Verantwortlich: ${name}`, 'Musterstraße 1', city, ...reachable];
  return lines.filter((line) => line !== '');
}

function ownerName({ title, firstName, lastName }: Contact): string {
  return [title, firstName, lastName].filter((part) => part !== '').join(' ');
}

/** Unquoted case and single quotes on purpose: a reader has to parse HTML, not search for a string. */
function headLink({ href, rel }: RelMeLink): string {
  return `<LINK Href='${href}' REL='${rel}'>`;
}

function bodyLink({ href, rel }: RelMeLink): string {
  return `<p>Mehr von mir: <a class="u-url" rel="${rel}" href="${href}">${href}</a></p>`;
}

function guestLink(href: string): string {
  return `<p>Gästebuch: ${href} (<a href="${href}" rel="nofollow ugc">Profil</a>)</p>`;
}

function hiddenLink(href: string): string {
  return `<!-- <a rel="me" href="${href}">Bluesky</a> -->`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
