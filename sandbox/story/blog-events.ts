import { readCapture } from './captures.ts';
import type { BlogComment, BlogPost } from './types.ts';

interface RestComment {
  id: number;
  post: number;
  parent: number;
  author: number;
  author_name: string;
  author_email: string;
  author_url: string;
  author_ip: string;
  author_user_agent: string;
  content: { raw: string; rendered: string };
  type: BlogComment['type'];
}

interface RestPost {
  id: number;
  slug: string;
  title: { rendered: string };
  content: { rendered: string };
}

export function loadBlogPosts(): Omit<BlogPost, 'dateGmt'>[] {
  const posts = readCapture('wordpress', '026').response.body as RestPost[];
  return posts.map((post) => ({
    id: post.id,
    slug: post.slug,
    title: post.title.rendered,
    contentHtml: post.content.rendered,
  }));
}

/** Every recorded comment as first written: the list before the edit, the one edited comment before its edit, the trackback. */
export function loadBlogComments(): Omit<BlogComment, 'dateGmt'>[] {
  const beforeEdit = readCapture('wordpress', '037').response.body as RestComment;
  const lists = ['022', '039', '057'].flatMap(
    (number) => readCapture('wordpress', number).response.body as RestComment[],
  );
  const byId = new Map([...lists, beforeEdit].map((comment) => [comment.id, comment]));
  return [...byId.values()].map(toComment).sort((a, b) => a.id - b.id);
}

export function loadEditedComment(): { id: number; raw: string; rendered: string } {
  const { id, content } = readCapture('wordpress', '038').response.body as RestComment;
  return { id, ...content };
}

function toComment(comment: RestComment): Omit<BlogComment, 'dateGmt'> {
  return {
    id: comment.id,
    post: comment.post,
    parent: comment.parent,
    author: comment.author,
    authorName: comment.author_name,
    authorEmail: comment.author_email,
    authorUrl: comment.author_url,
    authorIp: comment.author_ip,
    userAgent: comment.author_user_agent,
    raw: comment.content.raw,
    rendered: comment.content.rendered,
    status: 'approved',
    type: comment.type,
  };
}
