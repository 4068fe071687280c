import { loadBlogComments, loadBlogPosts, loadEditedComment } from './blog-events.ts';
import { excerpt, phaseOf, type Labels } from './bluesky-steps.ts';
import type { BlogChange, BlogStep } from './types.ts';

/**
 * timeline.csv dates the texts only; moderation is placed where the recording has it: before C12, and the edit of C14 before
 * its answer C15.
 */
const TOLD_AT: Record<string, string> = {
  'C10-spam': '2026-11-13T11:00:00+01:00',
  'C11-trash': '2026-11-13T11:10:00+01:00',
  'C11-delete': '2026-11-13T11:20:00+01:00',
  'C14-edit': '2026-11-18T10:15:00+01:00',
  T01: '2026-11-19T09:00:00+01:00',
};

const PHASES: [name: string, until: string][] = [
  ['w1', '2026-11-11T00:00:00+01:00'],
  ['w2', '2026-11-13T10:30:00+01:00'],
  ['w3', '2026-11-18T23:00:00+01:00'],
];

type Told = (id: string) => string;

export function loadBlogSteps({ activities, timeline }: Labels): BlogStep[] {
  const told: Told = (id) => TOLD_AT[id] ?? timeline.get(id) ?? '';
  // Posts and comments are numbered separately in WordPress: post 4 and comment 4 are both in truth.csv.
  const idOf = (letter: 'P' | 'C', native: number): string | undefined =>
    activities.find(
      ({ server, id, nativeId }) =>
        server === 'wordpress' && id.startsWith(letter) && nativeId === String(native),
    )?.id;
  const posts = loadBlogPosts().map((post): BlogStep => {
    const id = idOf('P', post.id) ?? `post-${post.id}`;
    const change: BlogChange = { kind: 'post', post: { ...post, dateGmt: toGmt(told(id)) } };
    return step(id, told, change, [`The blog: ${post.title}`, `Im Blog: ${post.title}`]);
  });
  const comments = loadBlogComments().map((comment): BlogStep => {
    const id = idOf('C', comment.id) ?? 'T01';
    const dateGmt = toGmt(told(id));
    const line = excerpt(comment.raw);
    return step(id, told, { kind: 'comment', comment: { ...comment, dateGmt } }, [
      `${comment.authorName} comments: ${line}`,
      `${comment.authorName} kommentiert: ${line}`,
    ]);
  });
  return [...posts, ...comments, ...moderation(told)];
}

function moderation(told: Told): BlogStep[] {
  const edited = loadEditedComment();
  return [
    step('C10-spam', told, { kind: 'status', id: 11, status: 'spam' }, [
      'The blog team marks C10 as spam',
      'Das Blogteam markiert C10 als Spam',
    ]),
    step('C11-trash', told, { kind: 'status', id: 12, status: 'trash' }, [
      'The blog team moves C11 to the trash',
      'Das Blogteam verschiebt C11 in den Papierkorb',
    ]),
    step('C11-delete', told, { kind: 'delete', id: 12 }, [
      'The blog team deletes C11 for good',
      'Das Blogteam löscht C11 endgültig',
    ]),
    step('C14-edit', told, { kind: 'edit', ...edited }, [
      `C14 is corrected: ${edited.raw}`,
      `C14 wird korrigiert: ${edited.raw}`,
    ]),
  ];
}

function step(id: string, told: Told, change: BlogChange, [en, de]: [string, string]): BlogStep {
  const at = told(id);
  return { server: 'blog', id, at, phase: phaseOf(at, PHASES, 'w4'), title: { en, de }, change };
}

function toGmt(at: string): string {
  return new Date(at).toISOString().slice(0, 19);
}
