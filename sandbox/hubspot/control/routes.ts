import express, { type Request, type Response, type Router } from 'express';
import { ApiError, invalid, notFound } from '../errors.ts';
import type { Fault } from '../http/faults.ts';
import type { Actor, ObjectType } from '../model.ts';
import type { World } from '../world.ts';
import { type CardCall, callFromCard } from '../webhooks/card.ts';
import { PortalControl } from './portal-control.ts';

type Body = Record<string, unknown>;
type Texts = Record<string, string>;

/**
 * The typed methods for another process: JSON under /_sandbox, for callers on this machine only. A web page of another
 * origin is refused, so that nobody's browser can be talked into steering the sandbox.
 */
export function controlRoutes(world: World, app: Router): void {
  const router = express.Router();
  router.use((req, _res, next) => {
    demandLocal(world, req);
    next();
  });
  router.use(express.json({ limit: '50mb' }));
  worldRoutes(world, router);
  router.post('/portals/:portalId/:action', (req, res) => {
    const control = controlOf(world, req);
    const action = Object.hasOwn(ACTIONS, req.params.action)
      ? ACTIONS[req.params.action]
      : undefined;
    if (action === undefined) throw notFound(`There is no action ${req.params.action}.`);
    answer(res, action(control, bodyOf(req)));
  });
  router.get('/portals/:portalId/contacts', (req, res) => {
    answer(res, controlOf(world, req).contacts());
  });
  router.get('/portals/:portalId/contacts/:id', (req, res) => {
    const contact = controlOf(world, req).contact(req.params.id);
    if (contact === undefined) throw notFound();
    answer(res, contact);
  });
  router.get('/portals/:portalId/contacts/:id/notes', (req, res) => {
    answer(res, controlOf(world, req).notesOf(req.params.id));
  });
  router.get('/portals/:portalId/contacts/:id/timeline', (req, res) => {
    answer(res, controlOf(world, req).timelineOf(req.params.id));
  });
  router.get('/portals/:portalId/properties', (req, res) => {
    answer(res, controlOf(world, req).properties());
  });
  app.use('/_sandbox', router);
}

function worldRoutes(world: World, router: Router): void {
  const { stats, faults, webhooks, clock, app } = world;
  router.get('/', (_req, res) => {
    const portals = [...world.portals.values()].map(({ portalId, installed, options }) => ({
      portalId,
      installed,
      name: options.name ?? '',
    }));
    answer(res, { now: clock.now(), app, portals });
  });
  router.get('/stats', (_req, res) => {
    answer(res, { ...stats.report(), faultsStruck: faults.struck() });
  });
  router.get('/writes', (req, res) => {
    const { portalId, ...texts } = req.query as Texts;
    answer(
      res,
      stats.writes({ ...texts, ...(portalId !== undefined && { portalId: Number(portalId) }) }),
    );
  });
  router.post('/stats/reset', (_req, res) => {
    stats.reset();
    answer(res);
  });
  router.post('/faults', (req, res) => {
    faults.add(bodyOf(req) as unknown as Fault);
    answer(res);
  });
  router.post('/faults/clear', (_req, res) => {
    faults.clear();
    answer(res);
  });
  router.post('/clock/advance', (req, res) => {
    answer(res, { now: clock.advance(Number(bodyOf(req).milliseconds)) });
  });
  router.post('/limits', (req, res) => {
    answer(res, Object.assign(world.limits, bodyOf(req)));
  });
  router.get('/webhooks', (_req, res) => {
    answer(res, { ...webhooks.settings, lost: webhooks.lost(), deliveries: webhooks.deliveries() });
  });
  router.post('/webhooks', (req, res) => {
    webhooks.configure(bodyOf(req));
    answer(res, webhooks.settings);
  });
  router.post('/card', async (req, res) => {
    const reply = await callFromCard(world, bodyOf(req) as unknown as CardCall);
    answer(res, { status: reply.status, body: await reply.text() });
  });
  router.post('/webhooks/idle', async (_req, res) => {
    await webhooks.idle();
    answer(res);
  });
}

type Action = (control: PortalControl, body: Body) => unknown;

const ACTIONS: Readonly<Record<string, Action>> = {
  install: (control, { scopes }) => control.install(scopes as string[] | undefined),
  uninstall(control) {
    control.uninstall();
  },
  'close-account'(control) {
    control.closeAccount();
  },
  seed: (control, { contacts }) => control.seedContacts(contacts as Texts[]),
  create: (control, { properties }) => control.createContact(properties as Texts),
  edit: (control, { id, properties, actor }) =>
    control.edit(text(id), properties as Texts, actor as Actor | undefined),
  note: (control, { id, html }) => control.addNote(text(id), text(html)),
  delete(control, { id, type }) {
    control.delete(text(id), type as ObjectType | undefined);
  },
  restore: (control, { id, type }) => control.restore(text(id), type as ObjectType | undefined),
  merge: (control, { primaryId, otherId }) => control.merge(text(primaryId), text(otherId)),
  'privacy-delete'(control, { id }) {
    control.privacyDelete(text(id));
  },
  property: (control, { definition, type }) =>
    control.createProperty(definition as Body, type as ObjectType | undefined),
  require(control, { rules, type }) {
    control.requireProperties(
      rules as Parameters<PortalControl['requireProperties']>[0],
      type as ObjectType | undefined,
    );
  },
  switches: (control, body) => Object.assign(control.switches, body),
};

function text(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw invalid('A text is missing.');
  return value;
}

function controlOf(world: World, req: Request): PortalControl {
  const portal = world.portals.get(Number(req.params.portalId));
  if (portal === undefined) throw notFound('There is no such account.');
  return new PortalControl(world, portal);
}

const bodyOf = (req: Request): Body => (req.body ?? {}) as Body;

function answer(res: Response, body?: unknown): void {
  if (body === undefined) res.status(204).end();
  else res.status(200).json(body);
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

function demandLocal({ host }: World, req: Request): void {
  const { origin, host: asked } = req.headers;
  const port = host.split(':')[1] ?? '';
  const hosts = [host, `localhost:${port}`];
  const local = LOOPBACK.has(req.socket.remoteAddress ?? '') && hosts.includes(asked ?? '');
  const sameOrigin = origin === undefined || hosts.some((one) => origin === `http://${one}`);
  if (local && sameOrigin) return;
  throw new ApiError(403, {
    category: 'FORBIDDEN',
    message: 'The sandbox takes orders from this machine only.',
  });
}
