import { escapeHtml } from '../html.ts';
import type { World } from '../world.ts';

const STYLE = `
  :root { font: 16px/1.5 system-ui, 'DejaVu Sans', sans-serif; color: #213343; background: #f5f8fa; }
  body { margin: 0; display: grid; place-items: center; min-height: 100vh; }
  main { background: #fff; border: 1px solid #dfe3eb; border-radius: 8px; padding: 2rem; width: min(30rem, 86vw);
    box-shadow: 0 4px 16px rgb(33 51 67 / 8%); }
  h1 { font-size: 1.35rem; margin: 0 0 .5rem; }
  p { margin: .25rem 0 1rem; color: #516f90; }
  fieldset { border: 1px solid #dfe3eb; border-radius: 6px; margin: 0 0 1rem; padding: .5rem 1rem; }
  legend { font-weight: 600; padding: 0 .25rem; }
  label { display: block; padding: .3rem 0; }
  ul { margin: 0; padding: .25rem 0 .25rem 1.1rem; font-size: .9rem; }
  code { font-size: .85rem; }
  .row { display: flex; gap: .75rem; }
  button { font: inherit; padding: .6rem 1.2rem; border-radius: 4px; border: 1px solid #cbd6e2; background: #fff;
    cursor: pointer; }
  button.primary { background: #b8390e; border-color: #b8390e; color: #fff; font-weight: 600; }
  button:focus-visible, input:focus-visible { outline: 3px solid #0091ae; outline-offset: 2px; }`;

const shell = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${escapeHtml(title)}</title><style>${STYLE}</style><main>${content}</main></html>`;

export function consentPage(
  { app, portals }: World,
  ask: { scopes: string[] },
  url: string,
): string {
  const fields = [...new URL(url, 'http://localhost').searchParams]
    .map(
      ([name, value]) =>
        `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
    )
    .join('');
  const accounts = [...portals.values()]
    .map(
      ({ portalId, options }, place) =>
        `<label><input type="radio" name="portal_id" value="${portalId}"${place === 0 ? ' checked' : ''}> ` +
        `${escapeHtml(options.name ?? 'Account')} <code>${portalId}</code></label>`,
    )
    .join('');
  const scopes = ask.scopes.map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`).join('');
  return shell(
    `Connect ${app.name}`,
    `<h1>Connect ${escapeHtml(app.name)} to your account</h1>` +
      `<p>The app will be able to work with the data below. You can uninstall it at any time.</p>` +
      `<form method="post" action="/oauth/authorize">${fields}` +
      `<fieldset><legend>Account</legend>${accounts}</fieldset>` +
      `<fieldset><legend>Permissions</legend><ul>${scopes}</ul></fieldset>` +
      `<div class="row"><button class="primary" name="decision" value="install">Install</button>` +
      `<button name="decision" value="cancel">Cancel</button></div></form>`,
  );
}

export const refusalPage = (reason: string): string =>
  shell('Authorization failed', `<h1>Authorization failed</h1><p>${escapeHtml(reason)}</p>`);
