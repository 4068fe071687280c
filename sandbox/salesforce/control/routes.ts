import express, { type Request, type Response, type Router } from 'express';
import { ApiError, badRequest, fault, notFound } from '../errors.ts';
import type { Input } from '../data/input.ts';
import type { OrderedFault } from '../http/faults.ts';
import { textOf } from '../model.ts';
import type { User } from '../users.ts';
import { type World, tenantOf } from '../world.ts';
import { OrgControl } from './org-control.ts';

type Body = Record<string, unknown>;

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
  messageRoutes(world, router);
  router.get('/orgs/:orgId/users', (req, res) => {
    answer(res, controlOf(world, req).users().map(shownUser));
  });
  router.get('/orgs/:orgId/bin', (req, res) => {
    answer(res, controlOf(world, req).bin());
  });
  router.get('/orgs/:orgId/records/:type', (req, res) => {
    answer(
      res,
      controlOf(world, req)
        .records(req.params.type)
        .map(({ values }) => values),
    );
  });
  router.get('/orgs/:orgId/records/:type/:id', (req, res) => {
    const row = controlOf(world, req).record(req.params.type, req.params.id);
    if (row === undefined) throw notFound();
    answer(res, row.values);
  });
  router.post('/orgs/:orgId/:action', (req, res) => {
    const control = controlOf(world, req);
    const name = req.params.action;
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw notFound(`There is no action ${name}.`);
    answer(res, action(control, bodyOf(req)));
  });
  app.use('/_sandbox', router);
}

const shownUser = ({ hidden, readOnly, closedObjects, ...user }: User) => ({
  ...user,
  hidden: [...hidden],
  readOnly: [...readOnly],
  closedObjects: [...closedObjects],
});

function worldRoutes(world: World, router: Router): void {
  const { stats, faults, clock, app, settings } = world;
  router.get('/', (_req, res) => {
    const orgs = [...world.tenants.values()].map(({ org }) => ({
      id: org.id,
      name: org.options.name,
      installed: org.installed,
    }));
    answer(res, { now: clock.now(), app, settings, orgs });
  });
  router.get('/stats', (_req, res) => {
    answer(res, { ...stats.report(), faultsStruck: faults.struck() });
  });
  router.get('/writes', (req, res) => {
    answer(res, stats.writes(req.query));
  });
  router.post('/stats/reset', (_req, res) => {
    stats.reset();
    answer(res);
  });
  router.post('/faults', (req, res) => {
    faults.add(bodyOf(req) as unknown as OrderedFault);
    answer(res);
  });
  router.post('/faults/clear', (_req, res) => {
    faults.clear();
    answer(res);
  });
  router.post('/clock/advance', (req, res) => {
    answer(res, { now: clock.advance(Number(bodyOf(req).milliseconds)) });
  });
  router.post('/settings', (req, res) => {
    answer(res, Object.assign(settings, bodyOf(req)));
  });
  router.post('/app', (req, res) => {
    answer(res, Object.assign(app, bodyOf(req)));
  });
}

function messageRoutes({ messages, callouts }: World, router: Router): void {
  router.get('/messages', (_req, res) => {
    const { settings, deliveries, dropped } = messages;
    answer(res, {
      settings,
      rules: messages.rules(),
      deliveries,
      dropped,
      waiting: messages.waiting(),
    });
  });
  router.post('/messages', (req, res) => {
    answer(res, Object.assign(messages.settings, bodyOf(req)));
  });
  router.post('/messages/idle', async (_req, res) => {
    await Promise.all([messages.idle(), callouts.idle()]);
    answer(res);
  });
  router.get('/callouts', (_req, res) => {
    answer(res, { deliveries: callouts.deliveries });
  });
}

type Action = (control: OrgControl, body: Body) => unknown;
/** The caller is a test or the record page on this machine; what it sends is checked where records are written. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller's parameter decides the type
const as = <T>(value: unknown): T => value as T;

const ACTIONS: Readonly<Record<string, Action>> = {
  install(control, body) {
    control.install(as(body));
  },
  uninstall(control) {
    control.uninstall();
  },
  'permission-set'(control, { user }) {
    control.assignPermissionSet(text(user));
  },
  authorise: (control, { user }) => control.authorise(optional(user)),
  'expire-sessions'(control) {
    control.expireSessions();
  },
  'expire-cursors'(control) {
    control.expireCursors();
  },
  seed: (control, { type, records }) => control.seed(text(type), as<Input[]>(records)),
  create: (control, { type, values, user }) =>
    control.create(text(type), as<Input>(values), optional(user)).values,
  edit: (control, { type, id, values, user }) =>
    control.edit(text(type), {
      id: text(id),
      values: as<Input>(values),
      ...(user !== undefined && { user: text(user) }),
    }).values,
  delete(control, { type, id, user }) {
    control.delete(text(type), text(id), optional(user));
  },
  undelete(control, { id, user }) {
    control.undelete(text(id), optional(user));
  },
  'empty-bin'(control, { id }) {
    control.emptyBin(optional(id));
  },
  merge: (control, body) => control.merge(as(body)).values,
  convert: (control, body) => control.convert(as(body)).values,
  user: (control, body) => shownUser(control.addUser(as(body))),
  field(control, { object, field }) {
    control.addField(text(object), as(field));
  },
  'record-type': (control, { object, ...one }) => control.addRecordType(text(object), as(one)),
  'change-field'(control, { object, field, ...change }) {
    control.changeField(text(object), text(field), as(change));
  },
  access(control, { user, object, field, level }) {
    control.setAccess(text(user), { object: text(object), field: text(field) }, as(level));
  },
  'close-object'(control, { user, object }) {
    control.closeObject(text(user), text(object));
  },
  'send-messages'(control, { user, send }) {
    control.user(text(user)).sendsOutboundMessages = send === true;
  },
  rules(control, body) {
    control.setRules(as(body));
  },
  lock(control, body) {
    control.lockRows(as(body));
  },
  unlock(control) {
    control.unlockRows();
  },
  messages(control, { rules }) {
    control.setMessages(as(rules));
  },
  callout(control, { rule }) {
    control.setCallout(as(rule ?? undefined));
  },
  usage(control, body) {
    control.setUsage(as(body));
    return control.apiUsage();
  },
};

const optional = (value: unknown): string | undefined =>
  value === undefined ? undefined : text(value);

function text(value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw badRequest('MISSING_ARGUMENT', `A text is missing: ${textOf(as(value))}`);
  return value;
}

function controlOf(world: World, req: Request): OrgControl {
  const tenant = tenantOf(world, String(req.params.orgId));
  if (tenant === undefined) throw notFound('There is no such org.');
  return new OrgControl(world, tenant);
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
  throw new ApiError(403, fault('FORBIDDEN', 'The sandbox takes orders from this machine only.'));
}
