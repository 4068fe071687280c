import type { RefusedItem } from '../../../src/contract/social.ts';
import type { Activity, Profile, SocialItem } from '../../../src/domain/social.ts';
import { htmlToText } from '../../../src/platform/text/html.ts';
import { nameOf, profileOf, sha256 } from './author.ts';
import type { Entry } from './entries.ts';
import { readPermalink } from './permalink.ts';
import type { Permalink } from './permalink.ts';
import type { FeedSettings } from './settings.ts';
import type { WpComment, WpUser } from './wire.ts';

const MAX_TEXT = 20_000;

/** `none`: understood, and nothing for us. */
export type Translated =
  | { readonly kind: 'item'; readonly item: SocialItem }
  | { readonly kind: 'refused'; readonly refused: RefusedItem }
  | { readonly kind: 'none' };

const NONE: Translated = { kind: 'none' };

/** `place` finds the entry in its feed where it has no readable address. */
export function itemOfEntry(entry: Entry, place: string, settings: FeedSettings): Translated {
  const at = readPermalink(entry.link);
  if (at === undefined) return refuse(place, 'no web address');
  const publishedAt = dateOf(entry.published);
  if (publishedAt === undefined) return refuse(at.nativeId, 'no readable date');
  const isComment = at.commentId !== undefined || entry.inReplyTo !== undefined;
  const said = isComment ? commentOf(entry, at) : postOf(entry, at);
  if (!concernsUs(entry, said, settings)) return NONE;
  const { text, ...rest } = said;
  const activity = {
    ...contentOf(text),
    ...rest,
    nativeId: at.nativeId,
    url: at.url,
    publishedAt,
    editedAt: editOf(entry, publishedAt),
    language: settings.language,
  };
  const author = profileOf({
    name: entry.authorName,
    uri: entry.authorUri,
    email: undefined,
    host: at.host,
    nativeId: at.nativeId,
  });
  return { kind: 'item', item: { activity, author } };
}

type Said = Pick<Activity, 'kind' | 'text' | 'threadId' | 'inReplyTo'>;

function commentOf(entry: Entry, at: Permalink): Said {
  const { html, parent } = withoutReplyNote(entry.html ?? '', at);
  const replyTo = readPermalink(entry.inReplyTo);
  return {
    kind: 'comment',
    text: htmlToText(html),
    threadId: replyTo?.threadId ?? at.threadId,
    inReplyTo: replyTo?.commentId === undefined ? parent : replyTo.nativeId,
  };
}

function postOf(entry: Entry, at: Permalink): Said {
  const parts = [entry.title ?? '', entry.html ?? ''].map(htmlToText);
  const text = parts.filter((part) => part !== '').join('\n\n');
  return { kind: 'post', text, threadId: at.threadId, inReplyTo: undefined };
}

/** On the company's own blog what others comment; elsewhere what names the brand (R21). */
function concernsUs(entry: Entry, said: Said, settings: FeedSettings): boolean {
  const name = nameOf(entry.authorName);
  if (settings.ownNames.some((own) => nameOf(own) === name)) return false;
  if (settings.own) return said.kind === 'comment';
  return namesOneOf(settings.terms, said.text);
}

function editOf(entry: Entry, publishedAt: Date): Date | undefined {
  const updatedAt = dateOf(entry.updated);
  return updatedAt !== undefined && updatedAt > publishedAt ? updatedAt : undefined;
}

export function itemOfComment(
  comment: WpComment,
  brand: WpUser,
  settings: FeedSettings,
): Translated {
  if (comment.type !== 'comment') return NONE;
  const at = readPermalink(comment.link);
  if (at?.commentId === undefined) return refuse(`comment ${comment.id}`, 'no permalink');
  const publishedAt = dateOf(`${comment.date_gmt}Z`);
  if (publishedAt === undefined) return refuse(at.nativeId, 'no readable date');
  const visitorsLogIn = settings.wordpress?.visitorsLogIn ?? false;
  if (comment.author === brand.id || (comment.author > 0 && !visitorsLogIn)) return NONE;
  return {
    kind: 'item',
    item: {
      activity: {
        ...contentOf(htmlToText(comment.content.rendered)),
        nativeId: at.nativeId,
        kind: 'comment',
        url: at.url,
        publishedAt,
        editedAt: undefined,
        language: settings.language,
        threadId: at.threadId,
        inReplyTo: comment.parent === 0 ? undefined : `${at.threadId}#comment-${comment.parent}`,
      },
      author: profileOf({
        name: comment.author_name,
        uri: comment.author_url,
        email: comment.author_email,
        host: at.host,
        nativeId: at.nativeId,
      }),
    },
  };
}

/** The account whose application password we hold speaks for the company. */
export function brandProfile(user: WpUser, host: string): Profile {
  return profileOf({
    name: user.name,
    uri: user.url,
    email: user.email,
    host,
    nativeId: `user ${user.id}`,
  });
}

function contentOf(full: string) {
  const text = full.length > MAX_TEXT ? `${full.slice(0, MAX_TEXT).toWellFormed()}…` : full;
  return { text, revision: sha256(text) };
}

function refuse(nativeId: string, reason: string): Translated {
  return { kind: 'refused', refused: { nativeId, reason } };
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text?.trim() ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/**
 * WordPress' feeds, not its API, put "In reply to <a href=parent>name</a>." before an answer, in the site's language. What
 * marks it in any language is a first paragraph whose only link leads to a comment of the same post.
 */
function withoutReplyNote(
  html: string,
  at: Permalink,
): { html: string; parent: string | undefined } {
  const note =
    /^\s*<p>[^<]{0,80}<a href="([^"]{1,2000})"[^>]{0,200}>[^<]{0,250}<\/a>[^<]{0,40}<\/p>/.exec(
      html,
    );
  const parent = readPermalink(note?.[1]?.replace(/&(?:#0?38|amp);/g, '&'));
  const isNote = parent?.commentId !== undefined && parent.threadId === at.threadId;
  if (note === null || !isNote) return { html, parent: undefined };
  return { html: html.slice(note[0].length), parent: parent.nativeId };
}

/** As a word of its own: "Nordlicht" is not in "Nordlichter". */
function namesOneOf(terms: readonly string[], text: string): boolean {
  const folded = text.normalize('NFKC').toLowerCase();
  return terms.some((term) => {
    const wanted = term.normalize('NFKC').toLowerCase();
    for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + 1)) {
      const before = folded.slice(Math.max(0, at - 2), at);
      const after = folded.slice(at + wanted.length, at + wanted.length + 2);
      if (!/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after)) return true;
    }
    return false;
  });
}
