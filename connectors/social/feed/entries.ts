import { parseFeed } from 'feedsmith';
import type { AtomFeed, JsonFeed, RdfFeed, RssFeed, ThrNs } from 'feedsmith';
import { scan } from 'secure-json-parse';
import { decodeBytes } from '../../../src/platform/text/html.ts';
import { unexpected } from './failures.ts';
import { HostileXml, soundXml } from './xml.ts';

/** What an entry says, whatever the format; nothing is checked yet. */
export interface Entry {
  readonly id: string | undefined;
  readonly link: string | undefined;
  readonly title: string | undefined;
  readonly html: string | undefined;
  readonly authorName: string | undefined;
  readonly authorUri: string | undefined;
  readonly published: string | undefined;
  readonly updated: string | undefined;
  /** Address of what it answers (RFC 4685): a comment, or the post itself. */
  readonly inReplyTo: string | undefined;
}

/** The entries of RSS 0.9x to 2.0, Atom and JSON Feed. Throws UNEXPECTED_SHAPE where the whole is none of these. */
export function readEntries(body: Uint8Array, contentType: string | undefined): readonly Entry[] {
  const text = decodeBytes(body, contentType).trimStart();
  try {
    return text.startsWith('{') ? entriesOfJson(text) : entriesOfXml(soundXml(text));
  } catch (error) {
    if (error instanceof HostileXml) throw unexpected('feed: entities or nesting');
    throw unexpected('feed');
  }
}

function entriesOfJson(text: string): readonly Entry[] {
  const json: unknown = JSON.parse(text);
  scan(json as object, { protoAction: 'remove', constructorAction: 'remove' });
  const parsed = parseFeed(json);
  if (parsed.format !== 'json') throw new Error('not a JSON feed');
  const feed = parsed.feed;
  return (feed.items ?? []).map((item) => jsonEntry(item, feed.authors?.[0]));
}

function entriesOfXml(xml: string): readonly Entry[] {
  const parsed = parseFeed(xml);
  switch (parsed.format) {
    case 'rss':
      return (parsed.feed.items ?? []).map(rssEntry);
    case 'rdf':
      return (parsed.feed.items ?? []).map(rdfEntry);
    case 'atom': {
      const { entries, authors } = parsed.feed;
      return (entries ?? []).map((entry) => atomEntry(entry, authors?.[0]));
    }
    case 'json':
      throw new Error('JSON among XML');
  }
}

function rssEntry(item: RssFeed.Item<string>): Entry {
  return {
    ...rssPlace(item),
    ...rssAuthor(item),
    title: item.title,
    html: item.content?.encoded ?? item.description,
    published: item.pubDate ?? item.dc?.dates?.[0],
    updated: item.atom?.updated,
    inReplyTo: replyOf(item.thr),
  };
}

/** A guid is the address too, unless it says that it is not. */
function rssPlace({ guid, link }: RssFeed.Item<string>) {
  const address = guid?.isPermaLink === false ? undefined : guid?.value;
  return { id: guid?.value, link: link ?? address };
}

function rssAuthor(item: RssFeed.Item<string>) {
  const author = item.authors?.[0];
  return { authorName: item.dc?.creators?.[0] ?? author?.name, authorUri: author?.link };
}

function replyOf(thread: ThrNs.Item | undefined): string | undefined {
  const reply = thread?.inReplyTos?.[0];
  return reply?.href ?? reply?.ref;
}

function rdfEntry(item: RdfFeed.Item<string>): Entry {
  return {
    id: item.rdf?.about ?? item.link,
    link: item.link ?? item.rdf?.about,
    title: item.title,
    html: item.content?.encoded ?? item.description,
    authorName: item.dc?.creators?.[0],
    authorUri: undefined,
    published: item.dc?.dates?.[0],
    updated: undefined,
    inReplyTo: undefined,
  };
}

function atomEntry(entry: AtomFeed.Entry<string>, owner: AtomFeed.Person | undefined): Entry {
  const author = entry.authors?.[0] ?? owner;
  return {
    id: entry.id,
    link: atomLink(entry) ?? entry.id,
    title: entry.title?.value,
    html: entry.content?.value ?? entry.summary?.value,
    authorName: author?.name,
    authorUri: author?.uri,
    published: entry.published ?? entry.updated,
    updated: entry.updated,
    inReplyTo: replyOf(entry.thr),
  };
}

function atomLink({ links }: AtomFeed.Entry<string>): string | undefined {
  return links?.find(({ rel }) => rel === undefined || rel === 'alternate')?.href;
}

function jsonEntry(item: JsonFeed.Item<string>, owner: JsonFeed.Author | undefined): Entry {
  const author = item.authors?.[0] ?? owner;
  return {
    id: item.id,
    link: item.url ?? item.id,
    title: item.title,
    html: item.content_html ?? escapeText(item.content_text ?? item.summary),
    authorName: author?.name,
    authorUri: author?.url,
    published: item.date_published ?? item.date_modified,
    updated: item.date_modified,
    inReplyTo: undefined,
  };
}

function escapeText(text: string | undefined): string | undefined {
  return text?.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\n/g, '<br>');
}
