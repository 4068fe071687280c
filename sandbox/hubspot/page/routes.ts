import { readFileSync } from 'node:fs';
import type { Request, Response, Router } from 'express';
import { escapeHtml } from '../html.ts';
import type { Portal } from '../portal.ts';
import type { World } from '../world.ts';
import { notFound } from '../errors.ts';
import { listView, recordView } from './view.ts';
import { type Language, languageOf } from './words.ts';

const read = (url: URL): string => readFileSync(url, 'utf8');

const ASSETS: Readonly<Record<string, { type: string; text: string }>> = {
  'crm.css': { type: 'css', text: read(new URL('./assets/crm.css', import.meta.url)) },
  'record.css': { type: 'css', text: read(new URL('./assets/record.css', import.meta.url)) },
  'crm.js': { type: 'js', text: read(new URL('./assets/crm.js', import.meta.url)) },
  'record.js': { type: 'js', text: read(new URL('./assets/record.js', import.meta.url)) },
  'fields.js': { type: 'js', text: read(new URL('./assets/fields.js', import.meta.url)) },
  'list.js': { type: 'js', text: read(new URL('./assets/list.js', import.meta.url)) },
};

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The CRM as its users see it: a list of contacts and a page per contact, both live. */
export function pageRoutes(world: World, app: Router): void {
  app.get('/_page/:name', (req, res) => {
    const found = Object.hasOwn(ASSETS, req.params.name) ? ASSETS[req.params.name] : undefined;
    if (found === undefined) throw notFound();
    res.type(found.type).send(found.text);
  });
  app.get('/', (req, res) => {
    const language = languageOfRequest(req);
    send(res, language, { title: language.words.accounts, content: accounts(world, language) });
  });
  app.get('/contacts/:portalId', (req, res) => {
    const portal = portalOf(world, req);
    const language = languageOfRequest(req);
    send(res, language, { title: language.words.contacts, script: 'list.js', portal });
  });
  app.get('/contacts/:portalId/record/0-1/:id', (req, res) => {
    const portal = portalOf(world, req);
    const language = languageOfRequest(req);
    send(res, language, {
      title: language.words.contacts,
      script: 'record.js',
      portal,
      id: req.params.id,
    });
  });
  dataRoutes(world, app);
}

function dataRoutes(world: World, app: Router): void {
  app.get('/contacts/:portalId/data', (req, res) => {
    const { q } = req.query;
    res.json(listView(portalOf(world, req), typeof q === 'string' ? q : ''));
  });
  app.get('/contacts/:portalId/record/0-1/:id/data', (req, res) => {
    res.json(
      recordView(world, portalOf(world, req), {
        id: req.params.id,
        lang: languageOfRequest(req).code,
      }),
    );
  });
  app.get('/contacts/:portalId/stream', (req, res) => {
    const portal = portalOf(world, req);
    res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    res.write(': open\n\n');
    let told = false;
    const stop = portal.watch(() => {
      if (told) return;
      told = true;
      // A batch of a hundred writes is one piece of news.
      setTimeout(() => {
        told = false;
        if (!res.destroyed) res.write('data: change\n\n');
      }, 60);
    });
    req.on('close', stop);
  });
}

function portalOf(world: World, req: Request): Portal {
  const portal = world.portals.get(Number(req.params.portalId));
  if (portal === undefined) throw notFound('There is no such account.');
  return portal;
}

function languageOfRequest(req: Request): Language {
  const { lang } = req.query;
  return languageOf(typeof lang === 'string' ? lang : undefined, req.headers['accept-language']);
}

interface Page {
  title: string;
  content?: string;
  script?: string;
  portal?: Portal;
  id?: string;
}

function send(res: Response, { code, words }: Language, page: Page): void {
  const { title, content = '', script, portal, id } = page;
  const setting = JSON.stringify({ words, lang: code, portalId: portal?.portalId, id }).replaceAll(
    '<',
    '\\u003c',
  );
  const home = portal === undefined ? '/' : `/contacts/${portal.portalId}`;
  const account = portal === undefined ? '' : `${portal.options.name ?? ''} · ${portal.portalId}`;
  res.set('Content-Security-Policy', POLICY);
  res.set('X-Content-Type-Options', 'nosniff');
  res
    .type('html')
    .send(
      `<!doctype html><html lang="${code}"><head><meta charset="utf-8">` +
        `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>` +
        `<link rel="icon" href="data:,"><link rel="stylesheet" href="/_page/crm.css"><link rel="stylesheet" href="/_page/record.css"></head><body>` +
        `<header class="top"><a class="brand" href="/">CRM</a><nav><a href="${home}">${escapeHtml(words.contacts)}</a></nav>` +
        `<span class="account">${escapeHtml(account)}</span><span id="live" role="status"></span></header>` +
        `<main id="main">${content}</main><div id="toast" role="status" aria-live="polite"></div>` +
        `<script type="application/json" id="setting">${setting}</script>` +
        (script === undefined ? '' : `<script type="module" src="/_page/${script}"></script>`) +
        `</body></html>`,
    );
}

function accounts({ portals }: World, { words }: Language): string {
  const rows = [...portals.values()].map(({ portalId, options, installed }) => {
    const state = installed ? words.installed : words.notInstalled;
    return (
      `<li><a href="/contacts/${portalId}"><strong>${escapeHtml(options.name ?? String(portalId))}</strong>` +
      `<span>${portalId}</span><span class="tag">${escapeHtml(state)}</span></a></li>`
    );
  });
  return `<div class="sheet"><h1>${escapeHtml(words.accounts)}</h1><ul class="accounts">${rows.join('')}</ul></div>`;
}
