import { escapeHtml } from '../html.ts';
import { nameOf } from '../users.ts';
import type { World } from '../world.ts';

const STYLE = `
  :root { font: 16px/1.5 system-ui, 'DejaVu Sans', sans-serif; color: #181818; background: #f3f3f3; }
  body { margin: 0; display: grid; place-items: center; min-height: 100vh; }
  main { background: #fff; border: 1px solid #c9c9c9; border-radius: 4px; padding: 2rem; width: min(30rem, 86vw); }
  h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
  fieldset { border: 1px solid #c9c9c9; border-radius: 4px; margin: 0 0 1rem; padding: .5rem 1rem; }
  legend { font-weight: 600; padding: 0 .25rem; }
  label { display: block; padding: .3rem 0; }
  .row { display: flex; gap: .75rem; }
  button { font: inherit; padding: .5rem 1.2rem; border-radius: 4px; border: 1px solid #747474; background: #fff; cursor: pointer; }
  button.primary { background: #0b5cab; border-color: #0b5cab; color: #fff; }
  button:focus-visible, input:focus-visible { outline: 3px solid #0b5cab; outline-offset: 2px; }`;

const SCOPES: Readonly<Record<string, string>> = {
  api: 'Manage user data via APIs',
  refresh_token: 'Perform requests at any time',
  id: 'Access the identity URL service',
};

const shell = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${escapeHtml(title)}</title><style>${STYLE}</style><main>${content}</main></html>`;

export function consentPage({ app, tenants }: World, fields: URLSearchParams): string {
  const hidden = [...fields]
    .map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    )
    .join('');
  const users = [...tenants.values()].flatMap(({ org }) =>
    [...org.users.values()].map((user) => ({ org, user })),
  );
  const choices = users
    .map(
      ({ org, user }, place) =>
        `<label><input type="radio" name="user" value="${escapeHtml(`${org.id}/${user.id}`)}"${place === 0 ? ' checked' : ''}> ` +
        `${escapeHtml(nameOf(user))} · ${escapeHtml(org.options.name)}</label>`,
    )
    .join('');
  const scopes = (fields.get('scope') ?? app.scopes.join(' '))
    .split(/[ +]+/)
    .map((scope) => `<li>${escapeHtml(SCOPES[scope] ?? scope)}</li>`)
    .join('');
  return shell(
    'Allow Access?',
    `<h1>Allow Access?</h1><p>${escapeHtml(app.name)} is asking to:</p><ul>${scopes}</ul>` +
      `<form method="post" action="/services/oauth2/authorize">${hidden}` +
      `<fieldset><legend>User</legend>${choices}</fieldset>` +
      `<div class="row"><button name="decision" value="deny">Deny</button>` +
      `<button class="primary" name="decision" value="allow">Allow</button></div></form>`,
  );
}

export const refusalPage = (error: string, description: string): string =>
  shell(
    'OAuth Error',
    `<h1>We can't authorize you because of an OAuth error.</h1><p>${escapeHtml(error)}: ${escapeHtml(description)}</p>`,
  );
