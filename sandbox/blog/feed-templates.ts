import type { BlogComment, BlogPost } from '../story/types.ts';
import { commentLink, HOME, postLink, TEAM, TITLE, type BlogSite } from './site.ts';

const GENERATOR = '6.1.9';

/** What a feed is about: its newest change, and the post when it belongs to one. */
export interface FeedHead {
  path: string;
  updatedGmt: string;
  post?: BlogPost;
}

/** WordPress writes a feed's own address without the port (recorded); readers must not compare it with the one they called. */
const SELF_HOME = 'http://blog.nordlicht.example';

export function commentsRss(site: BlogSite, comments: BlogComment[], head: FeedHead): string {
  const title =
    head.post === undefined ? `Comments for ${TITLE}` : `Comments on: ${head.post.title}`;
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
	
	>
<channel>
	<title>
	${text(title)}	</title>
	<atom:link href="${SELF_HOME}${head.path}" rel="self" type="application/rss+xml" />
	<link>${linkOf(head)}</link>
	<description></description>
	<lastBuildDate>${rssDate(head.updatedGmt)}</lastBuildDate>
	<sy:updatePeriod>
	hourly	</sy:updatePeriod>
	<sy:updateFrequency>
	1	</sy:updateFrequency>
	<generator>https://wordpress.org/?v=${GENERATOR}</generator>
${comments.map((comment) => commentItem(site, comment, head)).join('')}</channel>
</rss>
`;
}

/** The feed of an unknown post names no page. */
function linkOf({ post }: FeedHead): string {
  if (post === undefined) return HOME;
  return post.slug === '' ? '' : postLink(post);
}

function commentItem(site: BlogSite, comment: BlogComment, head: FeedHead): string {
  const link = commentLink(site, comment);
  return `	<item>
		<title>
		${text(commentTitle(site, comment, head))}		</title>
		<link>${link}</link>

		<dc:creator><![CDATA[${comment.authorName}]]></dc:creator>
		<pubDate>${rssDate(comment.dateGmt)}</pubDate>
		<guid isPermaLink="false">${link}</guid>

					<description><![CDATA[${rssDescription(site, comment)}]]></description>
			<content:encoded><![CDATA[${content(site, comment)}]]></content:encoded>
		
			</item>
	`;
}

export function commentsAtom(site: BlogSite, comments: BlogComment[], head: FeedHead): string {
  const title =
    head.post === undefined ? `Comments for ${TITLE}` : `Comments on ${head.post.title}`;
  const alternate = head.post === undefined ? HOME : `${postLink(head.post)}#comments`;
  return `<?xml version="1.0" encoding="UTF-8" ?><feed
	xmlns="http://www.w3.org/2005/Atom"
	xml:lang="en-US"
	xmlns:thr="http://purl.org/syndication/thread/1.0"
	>
	<title type="text">
	${text(title)}	</title>
	<subtitle type="text"></subtitle>

	<updated>${head.updatedGmt}Z</updated>

	<link rel="alternate" type="text/html" href="${alternate}" />
	<link rel="self" type="application/atom+xml" href="${HOME}${head.path}" />
	<id>${HOME}${head.path}</id>
<generator uri="https://wordpress.org/" version="${GENERATOR}">WordPress</generator>
${comments.map((comment) => commentEntry(site, comment, head)).join('')}</feed>
`;
}

function commentEntry(site: BlogSite, comment: BlogComment, head: FeedHead): string {
  const link = commentLink(site, comment);
  const parent = site.comments.get(comment.parent);
  const above =
    parent === undefined ? postLink(site.posts.get(comment.post)) : commentLink(site, parent);
  return `	<entry>
		<title>
		${text(commentTitle(site, comment, head))}		</title>
		<link rel="alternate" href="${link}" type="text/html" />

		<author>
			<name>${text(comment.authorName)}</name>
			${comment.authorUrl === '' ? '' : `<uri>${text(comment.authorUrl)}</uri>`}
		</author>

		<id>${link}</id>
		<updated>${comment.dateGmt}Z</updated>
		<published>${comment.dateGmt}Z</published>

					<content type="html" xml:base="${link}"><![CDATA[${content(site, comment)}]]></content>
		
					<thr:in-reply-to ref="${above}" href="${above}" type="text/html" />
				</entry>
	`;
}

function commentTitle(site: BlogSite, comment: BlogComment, { post }: FeedHead): string {
  if (post !== undefined) return `By: ${comment.authorName}`;
  return `Comment on ${site.posts.get(comment.post)?.title ?? ''} by ${comment.authorName}`;
}

function replyPrefix(site: BlogSite, { parent }: BlogComment): string {
  const above = site.comments.get(parent);
  return above === undefined
    ? ''
    : `In reply to <a href="${commentLink(site, above)}">${above.authorName}</a>.`;
}

function content(site: BlogSite, comment: BlogComment): string {
  const prefix = replyPrefix(site, comment);
  return `${prefix === '' ? '' : `<p>${prefix}</p>\n`}${comment.rendered}`;
}

/** The summary is the raw text behind the prefix, escaped once more inside CDATA: a reader sees entities. */
function rssDescription(site: BlogSite, comment: BlogComment): string {
  const prefix = replyPrefix(site, comment);
  return text(`${prefix === '' ? '' : `${prefix}\n\n`}${comment.raw}`).replaceAll('"', '&quot;');
}

export function postsRss(site: BlogSite, posts: BlogPost[], head: FeedHead): string {
  return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
	xmlns:slash="http://purl.org/rss/1.0/modules/slash/"
	>

<channel>
	<title>${TITLE}</title>
	<atom:link href="${SELF_HOME}${head.path}" rel="self" type="application/rss+xml" />
	<link>${HOME}</link>
	<description></description>
	<lastBuildDate>${rssDate(head.updatedGmt)}</lastBuildDate>
	<language>en-US</language>
	<sy:updatePeriod>
	hourly	</sy:updatePeriod>
	<sy:updateFrequency>
	1	</sy:updateFrequency>
	<generator>https://wordpress.org/?v=${GENERATOR}</generator>
${posts.map((post) => postItem(site, post)).join('')}</channel>
</rss>
`;
}

function postItem(site: BlogSite, post: BlogPost): string {
  const link = postLink(post);
  const count = site.approved(post.id).length;
  return `	<item>
		<title>${text(post.title)}</title>
		<link>${link}</link>
					<comments>${link}#${count === 0 ? 'respond' : 'comments'}</comments>
		
		<dc:creator><![CDATA[${TEAM.name}]]></dc:creator>
		<pubDate>${rssDate(post.dateGmt)}</pubDate>
				<category><![CDATA[Uncategorized]]></category>
		<guid isPermaLink="false">${link}</guid>

					<description><![CDATA[${plain(post.contentHtml)}]]></description>
										<content:encoded><![CDATA[${post.contentHtml}]]></content:encoded>
					
					<wfw:commentRss>${link}feed/</wfw:commentRss>
			<slash:comments>${count}</slash:comments>
		
		
			</item>
	`;
}

export function postsAtom(site: BlogSite, posts: BlogPost[], head: FeedHead): string {
  return `<?xml version="1.0" encoding="UTF-8"?><feed
	xmlns="http://www.w3.org/2005/Atom"
	xmlns:thr="http://purl.org/syndication/thread/1.0"
	xml:lang="en-US"
	>
	<title type="text">${TITLE}</title>
	<subtitle type="text"></subtitle>

	<updated>${head.updatedGmt}Z</updated>

	<link rel="alternate" type="text/html" href="${HOME}" />
	<id>${HOME}${head.path}</id>
	<link rel="self" type="application/atom+xml" href="${SELF_HOME}${head.path}" />

	<generator uri="https://wordpress.org/" version="${GENERATOR}">WordPress</generator>
${posts.map((post) => postEntry(site, post)).join('')}</feed>
`;
}

function postEntry(site: BlogSite, post: BlogPost): string {
  const link = postLink(post);
  const count = site.approved(post.id).length;
  return `	<entry>
		<author>
			<name>${TEAM.name}</name>
							<uri>${TEAM.url}</uri>
						</author>

		<title type="html"><![CDATA[${post.title}]]></title>
		<link rel="alternate" type="text/html" href="${link}" />

		<id>${link}</id>
		<updated>${post.dateGmt}Z</updated>
		<published>${post.dateGmt}Z</published>
		<category scheme="${HOME}" term="Uncategorized" />
		<summary type="html"><![CDATA[${plain(post.contentHtml)}]]></summary>

					<content type="html" xml:base="${link}"><![CDATA[${post.contentHtml}]]></content>
		
					<link rel="replies" type="text/html" href="${link}#comments" thr:count="${count}" />
			<link rel="replies" type="application/atom+xml" href="${link}feed/atom/" thr:count="${count}" />
			<thr:total>${count}</thr:total>
			</entry>
	`;
}

export function rssDate(dateGmt: string): string {
  return httpDate(dateGmt).replace('GMT', '+0000');
}

export function httpDate(dateGmt: string): string {
  return new Date(`${dateGmt}Z`).toUTCString();
}

function plain(html: string): string {
  return html.replaceAll(/<[^>]+>/g, '').trim();
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
