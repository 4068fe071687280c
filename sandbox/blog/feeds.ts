import { createHash } from 'node:crypto';

import { type Request, type Response, Router } from 'express';

import type { BlogComment, BlogPost } from '../story/types.ts';
import {
  commentsAtom,
  commentsRss,
  httpDate,
  postsAtom,
  postsRss,
  type FeedHead,
} from './feed-templates.ts';
import { HOME, type BlogSite } from './site.ts';

/** WordPress gives the newest ten. */
const FEED_LENGTH = 10;
/** Date of an empty blog: when it was installed. */
const INSTALLED = '2026-11-01T08:00:00';

const TYPES = {
  rss: 'application/rss+xml; charset=UTF-8',
  atom: 'application/atom+xml; charset=UTF-8',
};
const WRITERS = {
  comments: { rss: commentsRss, atom: commentsAtom },
  posts: { rss: postsRss, atom: postsAtom },
};

type Format = keyof typeof TYPES;

export function feedRoutes(site: BlogSite): Router {
  const router = Router();
  for (const [suffix, format] of [
    ['feed/', 'rss'],
    ['feed/atom/', 'atom'],
  ] as const) {
    router.get(`/${suffix}`, (request, response) => {
      const posts = site.newestPosts().slice(0, FEED_LENGTH);
      const head = { path: `/${suffix}`, updatedGmt: posts[0]?.dateGmt ?? INSTALLED };
      if (isFresh(request, response, head, format)) return;
      response.send(WRITERS.posts[format](site, posts, head));
    });
    router.get(`/comments/${suffix}`, (request, response) => {
      const comments = site.approved().reverse().slice(0, FEED_LENGTH);
      const head = { path: `/comments/${suffix}`, updatedGmt: lastComment(site) };
      if (isFresh(request, response, head, format)) return;
      response.send(WRITERS.comments[format](site, comments, head));
    });
    router.get(`/:slug/${suffix}`, (request, response) => {
      postComments(site, request, response, { suffix, format });
    });
  }
  return router;
}

/** The feed of one post runs oldest first, and an unknown post has an empty feed with status 200 (both recorded). */
function postComments(
  site: BlogSite,
  request: Request,
  response: Response,
  { suffix, format }: { suffix: string; format: Format },
): void {
  const slug = String(request.params.slug);
  const post: BlogPost | undefined = site.postBySlug(slug);
  const comments: BlogComment[] = post === undefined ? [] : site.approved(post.id);
  const head: FeedHead = {
    path: `/${slug}/${suffix}`,
    updatedGmt: lastComment(site),
    post: post ?? { id: 0, slug: '', title: '', dateGmt: INSTALLED, contentHtml: '' },
  };
  if (isFresh(request, response, head, format)) return;
  response.send(WRITERS.comments[format](site, comments.slice(0, FEED_LENGTH), head));
}

/** Date of the newest approved comment: an edit does not move it, a deletion moves it back. */
function lastComment(site: BlogSite): string {
  return site.approved().at(-1)?.dateGmt ?? INSTALLED;
}

/**
 * The ETag is the MD5 of the date (checked against the recording), so an edited comment answers 304 to a conditional request.
 * With both conditions both must hold; with one, that one decides.
 */
function isFresh(request: Request, response: Response, head: FeedHead, format: Format): boolean {
  const modified = httpDate(head.updatedGmt);
  const etag = `"${createHash('md5').update(modified).digest('hex')}"`;
  response.set({ 'content-type': TYPES[format], 'last-modified': modified, etag });
  const sameTag = request.get('if-none-match')?.replace(/^W\//, '');
  const since = request.get('if-modified-since');
  const conditions = [
    ...(sameTag === undefined ? [] : [sameTag === etag]),
    ...(since === undefined ? [] : [Date.parse(since) >= Date.parse(modified)]),
  ];
  if (conditions.length > 0 && conditions.every(Boolean)) {
    response.status(304).end();
    return true;
  }
  response.set('link', `<${HOME}/wp-json/>; rel="https://api.w.org/"`);
  return false;
}
