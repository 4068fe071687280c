import type { BlogComment } from '../story/types.ts';
import { renderText, TEAM, type BlogSite } from './site.ts';

interface NewVisitorComment {
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
  const add = (comment: Written) => addComment(site, comment, dateGmt());
  const newestPost = (): number => {
    const post = site.newestPosts()[0];
    if (post === undefined) throw new Error('The blog has no post yet');
    return post.id;
  };
  const setStatus = (id: number, status: BlogComment['status']) => {
    site.apply({ kind: 'status', id, status });
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
      add({ ...visitor(author, email, url), post, parent, raw: text }),
    reply: (parent, text) =>
      add({ ...TEAM_AUTHOR, post: site.comment(parent).post, parent, raw: text }),
    edit(id, text) {
      site.apply({ kind: 'edit', id, raw: text, rendered: renderText(text) });
    },
    spam: (id) => {
      setStatus(id, 'spam');
    },
    trash: (id) => {
      setStatus(id, 'trash');
    },
    restore: (id) => {
      setStatus(id, 'approved');
    },
    delete(id) {
      site.apply({ kind: 'delete', id });
    },
  };
}

type Author = Pick<
  BlogComment,
  'author' | 'authorName' | 'authorEmail' | 'authorUrl' | 'authorIp' | 'userAgent'
>;
type Written = Author & Pick<BlogComment, 'post' | 'parent' | 'raw'>;

const TEAM_AUTHOR: Author = {
  author: TEAM.id,
  authorName: TEAM.name,
  authorEmail: TEAM.email,
  authorUrl: TEAM.url,
  authorIp: '127.0.0.1',
  userAgent: '',
};

function visitor(authorName: string, authorEmail: string, authorUrl: string): Author {
  return { author: 0, authorName, authorEmail, authorUrl, authorIp: '127.0.0.99', userAgent: '' };
}

function addComment(site: BlogSite, written: Written, dateGmt: string): number {
  const id = site.nextCommentId();
  const rendered = renderText(written.raw);
  const comment: BlogComment = {
    ...written,
    id,
    dateGmt,
    rendered,
    status: 'approved',
    type: 'comment',
  };
  site.apply({ kind: 'comment', comment });
  return id;
}
