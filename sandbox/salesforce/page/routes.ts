import { readFileSync } from 'node:fs';
import type { Request, Response, Router } from 'express';
import { notFound } from '../errors.ts';
import { escapeHtml } from '../html.ts';
import { normaliseId } from '../ids.ts';
import type { Org } from '../org.ts';
import type { ObjectDefinition } from '../schema/objects.ts';
import { type World, tenantOf } from '../world.ts';
import { listView, recordView } from './view.ts';
import { type Language, languageOf } from './words.ts';

const asset = (name: string): string =>
  readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');

const ASSETS: Readonly<Record<string, { type: string; text: string }>> = {
  'lightning.css': { type: 'css', text: asset('lightning.css') },
  'dom.js': { type: 'js', text: asset('dom.js') },
  'record.js': { type: 'js', text: asset('record.js') },
  'fields.js': { type: 'js', text: asset('fields.js') },
  'list.js': { type: 'js', text: asset('list.js') },
};

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The org as its users see it: lists and record pages, both live. `?org=` chooses among several. */
export function pageRoutes(world: World, app: Router): void {
  app.get('/_lightning/:name', (req, res) => {
    const found = Object.hasOwn(ASSETS, req.params.name) ? ASSETS[req.params.name] : undefined;
    if (found === undefined) throw notFound();
    res.type(found.type).send(found.text);
  });
  app.get('/', (_req, res) => {
    res.redirect('/lightning/o/Contact/list');
  });
  app.get('/lightning/o/:object/list', (req, res) => {
    send(res, askedBy(world, req), { script: 'list.js' });
  });
  app.get('/lightning/r/:object/:id/view', (req, res) => {
    send(res, askedBy(world, req), { script: 'record.js', id: normaliseId(req.params.id) ?? '' });
  });
  app.get('/lightning/o/:object/data', (req, res) => {
    const { org, object } = askedBy(world, req);
    const { q } = req.query;
    res.json(listView(org, object, typeof q === 'string' ? q : ''));
  });
  app.get('/lightning/r/:object/:id/data', (req, res) => {
    const { org, object, language } = askedBy(world, req);
    const id = normaliseId(req.params.id) ?? '';
    res.json(recordView(org, object, { id, german: language.code === 'de' }));
  });
  app.get('/lightning/stream', (req, res) => {
    stream(orgOf(world, req), req, res);
  });
  // The short address of a record, as links in mails have it.
  app.get(/^\/([a-zA-Z0-9]{15}|[a-zA-Z0-9]{18})$/, (req, res) => {
    const id = normaliseId(req.path.slice(1)) ?? '';
    const object = orgOf(world, req).schema.byPrefix(id.slice(0, 3));
    if (object === undefined) throw notFound();
    res.redirect(`/lightning/r/${object.name}/${id}/view`);
  });
}

function stream(org: Org, req: Request, res: Response): void {
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  res.write(': open\n\n');
  let told = false;
  const stop = org.watch(() => {
    if (told) return;
    told = true;
    // A collection of two hundred writes is one piece of news.
    setTimeout(() => {
      told = false;
      if (!res.destroyed) res.write('data: change\n\n');
    }, 60);
  });
  req.on('close', stop);
}

function orgOf(world: World, req: Request): Org {
  const { org } = req.query;
  const tenant = tenantOf(world, typeof org === 'string' ? org : undefined);
  if (tenant === undefined) throw notFound('There is no such org.');
  return tenant.org;
}

interface Asked {
  org: Org;
  object: ObjectDefinition;
  language: Language;
}

function askedBy(world: World, req: Request): Asked {
  const org = orgOf(world, req);
  const object = org.schema.object(String(req.params.object));
  if (object === undefined) throw notFound('There is no such object.');
  return { org, object, language: languageOf(req.query.lang, req.headers['accept-language']) };
}

function send(
  res: Response,
  { org, object, language }: Asked,
  { script, id = '' }: { script: string; id?: string },
): void {
  const { code, words } = language;
  const setting = JSON.stringify({
    words,
    lang: code,
    org: org.id,
    object: object.name,
    id,
  }).replaceAll('<', '\\u003c');
  const tab = (name: string, label: string) =>
    `<a href="/lightning/o/${name}/list?lang=${code}&amp;org=${org.id}"${name === object.name ? ' aria-current="page"' : ''}>${escapeHtml(label)}</a>`;
  res.set('Content-Security-Policy', POLICY);
  res.set('X-Content-Type-Options', 'nosniff');
  res
    .type('html')
    .send(
      `<!doctype html><html lang="${code}"><head><meta charset="utf-8">` +
        `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(object.labelPlural)}</title>` +
        `<link rel="icon" href="data:,"><link rel="stylesheet" href="/_lightning/lightning.css"></head><body>` +
        `<header class="top"><strong>${escapeHtml(org.options.name)}</strong><nav>` +
        tab('Contact', words.contacts) +
        tab('Lead', words.leads) +
        tab('Account', words.accounts) +
        `</nav><span id="live" role="status"></span></header><main id="main"></main>` +
        `<div id="toast" role="status" aria-live="polite"></div>` +
        `<script type="application/json" id="setting">${setting}</script>` +
        `<script type="module" src="/_lightning/${script}"></script></body></html>`,
    );
}
