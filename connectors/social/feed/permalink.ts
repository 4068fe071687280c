/** Where a comment or post stands. Feed and REST name the same place with the same words, so that their ids agree. */
export interface Permalink {
  /** The id of the activity within the network. */
  readonly nativeId: string;
  readonly url: string;
  /** The post's own address: the id of the conversation. */
  readonly threadId: string;
  readonly host: string;
  /** The number in `#comment-12`; undefined where the address names no comment. */
  readonly commentId: string | undefined;
}

const COMMENT_FRAGMENT = /^#(?:[a-z]+-)?comments?-?(\d+)$|^#c(\d+)$/i;
/** With many comments WordPress pages them, and a comment moves from page to page while its number stays. */
const COMMENT_PAGE = /\/comment-page-\d+\/?$/;

/** Undefined for anything but an http(s) address. */
export function readPermalink(text: string | undefined): Permalink | undefined {
  const url = text === undefined ? null : URL.parse(text.trim());
  if (url === null || !/^https?:$/.test(url.protocol) || url.href.length > 2000) return undefined;
  const fragment = COMMENT_FRAGMENT.exec(url.hash);
  const page = new URL(url.href);
  page.hash = '';
  page.username = '';
  page.password = '';
  page.pathname = page.pathname.replace(COMMENT_PAGE, '/');
  const threadId = page.href;
  return {
    nativeId: fragment === null ? threadId : threadId + url.hash,
    url: url.href,
    threadId,
    host: url.hostname,
    commentId: fragment?.[1] ?? fragment?.[2],
  };
}
