import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express';

import type { BlogComment } from '../story/types.ts';
import { integer, queryComments, type CommentPage } from './comment-query.ts';
import { REFUSALS, RestError } from './rest-errors.ts';
import { commentView, postView, withoutLinks, type Context } from './rest-views.ts';
import { HOME, renderText, TEAM, TITLE, type BlogSite } from './site.ts';

export interface BlogCredentials {
  username: string;
  /** An application password; WordPress ignores the blanks it is shown with. */
  applicationPassword: string;
}

interface Parts {
  site: BlogSite;
  credentials: BlogCredentials;
  now: () => number;
}

const NO_CACHE = {
  expires: 'Wed, 11 Jan 1984 05:00:00 GMT',
  'cache-control': 'no-cache, must-revalidate, max-age=0',
};

/** The REST interface under /wp-json, for readers (comments, posts) and for the blog team (write, moderate). */
export function restRoutes(parts: Parts): Router {
  const router = Router();
  router.use((request, response, next) => {
    response.set({
      'x-robots-tag': 'noindex',
      link: `<${HOME}/wp-json/>; rel="https://api.w.org/"`,
      'x-content-type-options': 'nosniff',
      'access-control-expose-headers': 'X-WP-Total, X-WP-TotalPages, Link',
      'access-control-allow-headers':
        'Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type',
      allow: 'GET',
      ...(isSignedIn(parts, request) ? NO_CACHE : { vary: 'Origin' }),
    });
    next();
  });
  router.use(express.json());
  router.get('/', (_request, response) => response.json(index()));
  router.get('/wp/v2/users/me', (request, response) => {
    if (!isSignedIn(parts, request)) throw REFUSALS.notLoggedIn();
    response.json(me());
  });
  router.get('/wp/v2/posts', (request, response) => {
    listPosts(parts.site, request, response);
  });
  router.get('/wp/v2/posts/:id', (request, response) => {
    const post = parts.site.posts.get(Number(request.params.id));
    if (post === undefined) throw REFUSALS.unknownPost();
    response.json(postView(post));
  });
  commentRoutes(router, parts);
  router.use(() => {
    throw REFUSALS.noRoute();
  });
  router.use(reportError);
  return router;
}

function commentRoutes(router: Router, parts: Parts): void {
  const { site } = parts;
  router.get('/wp/v2/comments', (request, response) => {
    const context = contextOf(parts, request);
    const query = queryOf(request);
    const page = queryComments(site, query, isSignedIn(parts, request));
    setPaging(response, query, page, '/wp/v2/comments');
    response.json(page.comments.map((comment) => commentView(site, comment, context)));
  });
  router.post('/wp/v2/comments', (request, response) => {
    if (!isSignedIn(parts, request)) throw REFUSALS.commentLogin();
    const comment = create(parts, request.body as NewComment);
    response.set('location', `${HOME}/wp-json/wp/v2/comments/${comment.id}`);
    response.status(201).json(commentView(site, comment, 'edit'));
  });
  router.get('/wp/v2/comments/:id', (request, response) => {
    const context = contextOf(parts, request);
    const comment = found(site, request);
    if (comment.status !== 'approved' && !isSignedIn(parts, request)) throw REFUSALS.unreadable();
    response.json(commentView(site, comment, context));
  });
  router.post('/wp/v2/comments/:id', (request, response) => {
    if (!isSignedIn(parts, request)) throw REFUSALS.cannotEdit();
    const comment = found(site, request);
    const { content, status } = request.body as Partial<{ content: string; status: string }>;
    if (content !== undefined) {
      site.apply({ kind: 'edit', id: comment.id, raw: content, rendered: renderText(content) });
    }
    if (status !== undefined) {
      const name = (status === 'approve' ? 'approved' : status) as BlogComment['status'];
      site.apply({ kind: 'status', id: comment.id, status: name });
    }
    response.json(commentView(site, site.comment(comment.id), 'edit'));
  });
  router.delete('/wp/v2/comments/:id', (request, response) => {
    if (!isSignedIn(parts, request)) throw REFUSALS.cannotDelete();
    const comment = found(site, request);
    if (queryOf(request).get('force') === 'true') {
      site.apply({ kind: 'delete', id: comment.id });
      response.json({ deleted: true, previous: withoutLinks(site, comment, 'edit') });
      return;
    }
    if (comment.status === 'trash') throw REFUSALS.alreadyTrashed();
    site.apply({ kind: 'status', id: comment.id, status: 'trash' });
    response.json(commentView(site, site.comment(comment.id), 'edit'));
  });
}

interface NewComment {
  post?: number;
  parent?: number;
  content?: string;
}

function create({ site, now }: Parts, { post = 0, parent = 0, content = '' }: NewComment) {
  if (!site.posts.has(post)) throw REFUSALS.noPost();
  if (content.trim() === '') throw REFUSALS.emptyContent();
  const isRepeated = [...site.comments.values()].some(
    (comment) => comment.post === post && comment.author === TEAM.id && comment.raw === content,
  );
  if (isRepeated) throw REFUSALS.duplicate();
  const comment: BlogComment = {
    id: site.nextCommentId(),
    post,
    parent,
    author: TEAM.id,
    authorName: TEAM.name,
    authorEmail: TEAM.email,
    authorUrl: TEAM.url,
    authorIp: '127.0.0.1',
    userAgent: '',
    dateGmt: new Date(now()).toISOString().slice(0, 19),
    raw: content,
    rendered: renderText(content),
    status: 'approved',
    type: 'comment',
  };
  site.apply({ kind: 'comment', comment });
  return comment;
}

function found(site: BlogSite, request: Request): BlogComment {
  const comment = site.comments.get(Number(request.params.id));
  if (comment === undefined) throw REFUSALS.unknownComment();
  return comment;
}

function listPosts(site: BlogSite, request: Request, response: Response): void {
  const query = queryOf(request);
  const perPage = integer(query, 'per_page', 10, 100);
  const page = integer(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const all = site.newestPosts();
  const pages = Math.ceil(all.length / perPage);
  setPaging(response, query, { comments: [], total: all.length, pages, page }, '/wp/v2/posts');
  response.json(all.slice((page - 1) * perPage, page * perPage).map(postView));
}

/** With a neighbour page the Link header names only the neighbours, else only the interface (recorded). */
function setPaging(
  response: Response,
  query: URLSearchParams,
  { total, pages, page }: CommentPage,
  path: string,
): void {
  response.set({ 'x-wp-total': String(total), 'x-wp-totalpages': String(pages) });
  const link = (number: number, rel: string) => {
    const other = new URLSearchParams(query);
    other.set('page', String(number));
    return `<${HOME}/wp-json${path}?${other.toString()}>; rel="${rel}"`;
  };
  // A page past the end points back to the last one there is.
  const prev = page > 1 ? [link(Math.min(page - 1, pages), 'prev')] : [];
  const next = page < pages ? [link(page + 1, 'next')] : [];
  const links = [...prev, ...next];
  if (links.length > 0) response.set('link', links.join(', '));
}

function contextOf(parts: Parts, request: Request): Context {
  const isEdit = queryOf(request).get('context') === 'edit';
  if (isEdit && !isSignedIn(parts, request)) throw REFUSALS.editContext();
  return isEdit ? 'edit' : 'view';
}

function isSignedIn({ credentials }: Parts, request: Request): boolean {
  const encoded = /^Basic (.+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? '';
  const [username, ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  const bare = (password: string) => password.replaceAll(' ', '');
  return (
    username === credentials.username &&
    bare(rest.join(':')) === bare(credentials.applicationPassword)
  );
}

function queryOf(request: Request): URLSearchParams {
  return new URL(request.originalUrl, HOME).searchParams;
}

function index() {
  return {
    name: TITLE,
    description: '',
    url: HOME,
    home: HOME,
    gmt_offset: 1,
    timezone_string: 'Europe/Berlin',
    namespaces: ['oembed/1.0', 'wp/v2', 'wp-site-health/v1', 'wp-block-editor/v1'],
    authentication: {
      'application-passwords': {
        endpoints: { authorization: `${HOME}/wp-admin/authorize-application.php` },
      },
    },
    routes: {
      '/': { namespace: '', methods: ['GET'] },
      '/wp/v2/comments': { namespace: 'wp/v2', methods: ['GET', 'POST'] },
    },
    site_logo: 0,
    site_icon: 0,
    site_icon_url: '',
    _links: { help: [{ href: 'https://developer.wordpress.org/rest-api/' }] },
  };
}

function me() {
  const { id, name, url, username } = TEAM;
  return { id, name, url, description: '', link: `${HOME}/author/${username}/`, slug: username };
}

const reportError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof RestError) response.status(error.status).json(error.body());
  else if (error instanceof SyntaxError) response.status(400).json(REFUSALS.malformedJson().body());
  else next(error);
};
