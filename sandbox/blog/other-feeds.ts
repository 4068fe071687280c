import { Router } from 'express';

import { rssDate } from './feed-templates.ts';
import { HOME, postLink, TITLE, type BlogSite } from './site.ts';

/** Feeds that WordPress does not have, for readers that must cope with more than one kind. */
export function otherFeedRoutes(site: BlogSite): Router {
  const router = Router();
  router.get('/feed.json', (_request, response) => {
    response.type('application/feed+json').send(JSON.stringify(jsonFeed(site)));
  });
  router.get('/latin1.xml', (_request, response) => {
    // The charset stands only in the XML declaration (Express would add one), and latin1 writes one byte per letter.
    response.setHeader('content-type', 'text/xml');
    response.end(Buffer.from(latin1Feed(site), 'latin1'));
  });
  router.get('/gone.xml', (_request, response) => {
    response.status(410).type('html').send('<h1>410 Gone</h1>');
  });
  return router;
}

function jsonFeed(site: BlogSite) {
  return {
    version: 'https://jsonfeed.org/version/1.1',
    title: TITLE,
    home_page_url: HOME,
    feed_url: `${HOME}/feed.json`,
    language: 'de',
    items: site.newestPosts().map((post) => ({
      id: postLink(post),
      url: postLink(post),
      title: post.title,
      content_html: post.contentHtml,
      date_published: `${post.dateGmt}Z`,
      authors: [{ name: 'Team Nordlicht Mobil', url: 'https://nordlicht.example' }],
    })),
  };
}

function latin1Feed(site: BlogSite): string {
  const items = site.newestPosts().map(
    (post) => `<item>
<title>${latin1(post.title)}</title>
<link>${postLink(post)}</link>
<guid>${postLink(post)}</guid>
<author>presse@nordlicht.example (Team Nordlicht Mobil, Münster)</author>
<pubDate>${rssDate(post.dateGmt)}</pubDate>
<description>${latin1('Größere Änderungen für Fahrgäste in Köln, Lübeck und Würzburg.')}</description>
</item>`,
  );
  return `<?xml version="1.0" encoding="ISO-8859-1"?>
<rss version="2.0"><channel>
<title>${TITLE} für ältere Leser</title>
<link>${HOME}</link>
<description>Öffentliche Beiträge</description>
${items.join('\n')}
</channel></rss>
`;
}

/** Letters outside Latin-1 (the dash in a title) become numbers. */
function latin1(text: string): string {
  return text.replaceAll(/[^ -ÿ]/gu, (letter) => `&#${letter.codePointAt(0) ?? 0};`);
}
