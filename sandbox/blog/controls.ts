import type { BlogComment } from '../story/types.ts';
import { renderText, TEAM, type BlogSite } from './site.ts';

export interface NewVisitorComment {
  author: string;
  email: string;
  text: string;
  url?: string;
  /** Number of the post. Default: the newest. */
  post?: number;
  /** Number of the comment that is answered. */
  parent?: number;
}

/** What visitors and the blog team do, for tests. */
export interface BlogControls {
  post(title: string, text: string): number;
  comment(comment: NewVisitorComment): number;
  /** The team answers under its own name. */
  reply(parent: number, text: string): number;
  edit(id: number, text: string): void;
  spam(id: number): void;
  trash(id: number): void;
  restore(id: number): void;
  delete(id: number): void;
}

export function createBlogControls(site: BlogSite, now: () => number): BlogControls {
  const dateGmt = () => new Date(now()).toISOString().slice(0, 19);
  const add = (comment: Omit<BlogComment, 'id' | 'dateGmt' | 'rendered' | 'status' | 'type'>) => {
    const id = site.nextCommentId();
    const fixed = { id, dateGmt: dateGmt(), rendered: renderText(comment.raw) };
    site.apply({
      kind: 'comment',
      comment: { ...comment, ...fixed, status: 'approved', type: 'comment' },
    });
    return id;
  };
  const newestPost = (): number => {
    const post = site.newestPosts()[0];
    if (post === undefined) throw new Error('The blog has no post yet');
    return post.id;
  };
  return {
    post(title, text) {
      const id = Math.max(100, ...site.posts.keys()) + 1;
      const slug = title
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-')
        .replaceAll(/^-|-$/g, '');
      const contentHtml = renderText(text);
      site.apply({ kind: 'post', post: { id, slug, title, contentHtml, dateGmt: dateGmt() } });
      return id;
    },
    comment: ({ author, email, text, url = '', post = newestPost(), parent = 0 }) =>
      add({
        post,
        parent,
        author: 0,
        authorName: author,
        authorEmail: email,
        authorUrl: url,
        authorIp: '127.0.0.99',
        userAgent: '',
        raw: text,
      }),
    reply: (parent, text) =>
      add({
        post: site.comment(parent).post,
        parent,
        author: TEAM.id,
        authorName: TEAM.name,
        authorEmail: TEAM.email,
        authorUrl: TEAM.url,
        authorIp: '127.0.0.1',
        userAgent: '',
        raw: text,
      }),
    edit(id, text) {
      site.apply({ kind: 'edit', id, raw: text, rendered: renderText(text) });
    },
    spam(id) {
      site.apply({ kind: 'status', id, status: 'spam' });
    },
    trash(id) {
      site.apply({ kind: 'status', id, status: 'trash' });
    },
    restore(id) {
      site.apply({ kind: 'status', id, status: 'approved' });
    },
    delete(id) {
      site.apply({ kind: 'delete', id });
    },
  };
}
