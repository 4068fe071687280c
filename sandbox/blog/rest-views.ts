import { createHash } from 'node:crypto';

import type { BlogComment, BlogPost } from '../story/types.ts';
import { commentLink, HOME, localDate, postLink, TEAM, type BlogSite } from './site.ts';

const API = `${HOME}/wp-json/wp/v2`;

type View = Record<string, unknown>;

/** `view` is what the public gets; `edit` adds e-mail, address and the raw text for a signed-in user. */
export type Context = 'view' | 'edit';

export function commentView(site: BlogSite, comment: BlogComment, context: Context): View {
  return { ...withoutLinks(site, comment, context), _links: links(site, comment) };
}

export function withoutLinks(site: BlogSite, comment: BlogComment, context: Context): View {
  const isEdit = context === 'edit';
  return {
    id: comment.id,
    post: comment.post,
    parent: comment.parent,
    author: comment.author,
    author_name: comment.authorName,
    ...(isEdit ? { author_email: comment.authorEmail } : {}),
    author_url: comment.authorUrl,
    ...(isEdit ? { author_ip: comment.authorIp, author_user_agent: comment.userAgent } : {}),
    date: localDate(comment.dateGmt),
    date_gmt: comment.dateGmt,
    content: { rendered: comment.rendered, ...(isEdit ? { raw: comment.raw } : {}) },
    link: commentLink(site, comment),
    status: comment.status,
    type: comment.type,
    author_avatar_urls: avatars(comment),
    meta: [],
  };
}

function links(site: BlogSite, comment: BlogComment): View {
  const embeddable = true;
  const children = site.approved().some(({ parent }) => parent === comment.id);
  return {
    self: [{ href: `${API}/comments/${comment.id}` }],
    collection: [{ href: `${API}/comments` }],
    ...(comment.author === 0
      ? {}
      : { author: [{ embeddable, href: `${API}/users/${comment.author}` }] }),
    up: [{ embeddable, post_type: 'post', href: `${API}/posts/${comment.post}` }],
    ...(comment.parent === 0
      ? {}
      : { 'in-reply-to': [{ embeddable, href: `${API}/comments/${comment.parent}` }] }),
    ...(children
      ? { children: [{ embeddable, href: `${API}/comments?parent=${comment.id}` }] }
      : {}),
  };
}

/** The MD5 of the address is public: an e-mail in disguise, so readers must treat it as personal data. */
function avatars({ authorEmail, type }: BlogComment): Record<string, string | false> {
  const hash = createHash('md5').update(authorEmail.trim().toLowerCase()).digest('hex');
  const host = `http://${Number.parseInt(hash.slice(0, 1), 16) % 3}.gravatar.com`;
  const url = (size: number) =>
    type === 'trackback' ? false : `${host}/avatar/${hash}?s=${size}&d=mm&r=g`;
  return { 24: url(24), 48: url(48), 96: url(96) };
}

export function postView(post: BlogPost): View {
  const rendered = post.contentHtml;
  const embeddable = true;
  const terms = (taxonomy: string, path: string) => ({
    taxonomy,
    embeddable,
    href: `${API}/${path}?post=${post.id}`,
  });
  return {
    id: post.id,
    date: localDate(post.dateGmt),
    date_gmt: post.dateGmt,
    guid: { rendered: postLink(post) },
    modified: localDate(post.dateGmt),
    modified_gmt: post.dateGmt,
    slug: post.slug,
    status: 'publish',
    type: 'post',
    link: postLink(post),
    title: { rendered: post.title },
    content: { rendered, protected: false },
    excerpt: { rendered, protected: false },
    author: TEAM.id,
    featured_media: 0,
    comment_status: 'open',
    ping_status: 'open',
    sticky: false,
    template: '',
    format: 'standard',
    meta: [],
    categories: [1],
    tags: [],
    _links: {
      self: [{ href: `${API}/posts/${post.id}` }],
      collection: [{ href: `${API}/posts` }],
      about: [{ href: `${API}/types/post` }],
      author: [{ embeddable, href: `${API}/users/${TEAM.id}` }],
      replies: [{ embeddable, href: `${API}/comments?post=${post.id}` }],
      'version-history': [{ count: 0, href: `${API}/posts/${post.id}/revisions` }],
      'wp:attachment': [{ href: `${API}/media?parent=${post.id}` }],
      'wp:term': [terms('category', 'categories'), terms('post_tag', 'tags')],
      curies: [{ name: 'wp', href: 'https://api.w.org/{rel}', templated: true }],
    },
  };
}
