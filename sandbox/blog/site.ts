import type { BlogChange, BlogComment, BlogPost } from '../story/types.ts';

/** Address in every link, as recorded. The server itself listens on 127.0.0.1. */
export const HOME = 'http://blog.nordlicht.example:8920';
export const TITLE = 'Nordlicht Mobil Blog';

/** WordPress never gives a number twice; new comments must not take one that the story still needs. */
const HIGHEST_RECORDED = 17;

export interface BlogUser {
  id: number;
  username: string;
  name: string;
  email: string;
  url: string;
}

export const TEAM: BlogUser = {
  id: 1,
  username: 'nordlichtmobil',
  name: 'Team Nordlicht Mobil',
  email: 'social@nordlicht.example',
  url: 'https://nordlicht.example',
};

/** What the blog holds. Deleted comments leave no trace. */
export class BlogSite {
  readonly posts = new Map<number, BlogPost>();
  readonly comments = new Map<number, BlogComment>();
  #lastId = HIGHEST_RECORDED;

  apply(change: BlogChange): void {
    switch (change.kind) {
      case 'post':
        this.posts.set(change.post.id, change.post);
        return;
      case 'comment':
        this.comments.set(change.comment.id, { ...change.comment });
        return;
      case 'edit':
        Object.assign(this.comment(change.id), { raw: change.raw, rendered: change.rendered });
        return;
      case 'status':
        this.comment(change.id).status = change.status;
        return;
      case 'delete':
        this.comments.delete(change.id);
        return;
    }
  }

  comment(id: number): BlogComment {
    const comment = this.comments.get(id);
    if (comment === undefined) throw new Error(`The blog has no comment ${id}`);
    return comment;
  }

  postBySlug(slug: string): BlogPost | undefined {
    return [...this.posts.values()].find((post) => post.slug === slug);
  }

  newestPosts(): BlogPost[] {
    return [...this.posts.values()].sort((a, b) => compare(b.dateGmt, a.dateGmt) || b.id - a.id);
  }

  /** Approved comments and trackbacks, oldest first. */
  approved(post?: number): BlogComment[] {
    return [...this.comments.values()]
      .filter((comment) => comment.status === 'approved')
      .filter((comment) => post === undefined || comment.post === post)
      .sort((a, b) => compare(a.dateGmt, b.dateGmt) || a.id - b.id);
  }

  nextCommentId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

export function postLink(post: BlogPost | undefined): string {
  return `${HOME}/${post === undefined ? '' : `${post.slug}/`}`;
}

export function commentLink(site: BlogSite, comment: BlogComment): string {
  return `${postLink(site.posts.get(comment.post))}#comment-${comment.id}`;
}

/** `date_gmt` in the time of the blog (Europe/Berlin), `YYYY-MM-DDThh:mm:ss`. */
export function localDate(dateGmt: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Berlin',
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return parts.format(new Date(`${dateGmt}Z`)).replace(' ', 'T');
}

/** Text of a visitor as WordPress shows it: escaped, paragraphs, plain addresses made clickable. */
export function renderText(raw: string): string {
  const escaped = raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const linked = escaped.replaceAll(
    /https?:\/\/[^\s<]+/g,
    (url) => `<a href="${url}" rel="nofollow ugc">${url}</a>`,
  );
  const paragraphs = linked.split(/\n{2,}/).map((text) => text.replaceAll('\n', '<br />\n'));
  return paragraphs.map((text) => `<p>${text}</p>\n`).join('');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
