import { Router } from 'express';

import { commentLink, HOME, postLink, TITLE, type BlogSite } from './site.ts';

/** The blog as a browser sees it: enough to find its feeds and to check that a comment still stands. */
export function pageRoutes(site: BlogSite): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    const posts = site
      .newestPosts()
      .map((post) => `<h2><a href="${postLink(post)}">${post.title}</a></h2>`);
    response.type('html').send(page(TITLE, posts.join('\n')));
  });
  router.get('/:slug/', (request, response) => {
    const post = site.postBySlug(request.params.slug);
    if (post === undefined) {
      response.status(404).type('html').send(page('Page not found', '<h1>404</h1>'));
      return;
    }
    const comments = site
      .approved(post.id)
      .map(
        (comment) =>
          `<article id="comment-${comment.id}"><a href="${commentLink(site, comment)}">#</a>${comment.rendered}</article>`,
      );
    response.type('html').send(page(post.title, `${post.contentHtml}${comments.join('\n')}`));
  });
  return router;
}

function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="de"><head><meta charset="UTF-8"><title>${title}</title>
<link rel="alternate" type="application/rss+xml" title="${TITLE}" href="${HOME}/feed/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="${HOME}/comments/feed/">
</head><body>${body}</body></html>`;
}
