/** Hosts where a page, or a subdomain, says nothing about who owns the domain. */
const SHARED: ReadonlySet<string> = new Set(
  `
  bsky.app bsky.social bsky.team brid.gy facebook.com fb.com fb.me instagram.com threads.net threads.com x.com twitter.com
  t.co linkedin.com lnkd.in xing.com youtube.com youtu.be tiktok.com snapchat.com pinterest.com pinterest.de reddit.com
  redd.it vk.com weibo.com t.me telegram.me telegram.org wa.me whatsapp.com discord.gg discord.com twitch.tv vimeo.com
  flickr.com soundcloud.com spotify.com bandcamp.com mixcloud.com last.fm strava.com goodreads.com imdb.com quora.com
  mastodon.social mastodon.online mastodon.world mstdn.social mas.to mastodon.de chaos.social norden.social troet.cafe
  fosstodon.org hachyderm.io infosec.exchange social.tchncs.de nrw.social bonn.social ruhr.social muenchen.social
  mastodonapp.uk techhub.social sciences.social det.social digitalcourage.social openbiblio.social social.bund.de
  pixelfed.social pixelfed.de peertube.tv counter.social truthsocial.com gettr.com
  linktr.ee linkr.bio beacons.ai carrd.co bio.link bio.site about.me lnk.bio campsite.bio solo.to allmylinks.com
  linkin.bio taplink.cc msha.ke hoo.be snipfeed.co flowcode.com flow.page linkfly.to
  bit.ly tinyurl.com goo.gl ow.ly buff.ly is.gd t1p.de cutt.ly rebrand.ly forms.gle
  github.com github.io githubusercontent.com gitlab.com gitlab.io bitbucket.org codeberg.org codeberg.page sourceforge.net
  sr.ht npmjs.com pypi.org stackoverflow.com stackexchange.com huggingface.co kaggle.com dev.to hashnode.dev gitbook.io
  medium.com substack.com ghost.io wordpress.com wordpress.org blogspot.com blogspot.de blogger.com blog.de blogger.de
  twoday.net tumblr.com livejournal.com typepad.com over-blog.com hypotheses.org write.as writefreely.org bearblog.dev
  steadyhq.com steady.page patreon.com ko-fi.com buymeacoffee.com paypal.com paypal.me gofundme.com betterplace.org
  startnext.com kickstarter.com change.org openpetition.de
  wixsite.com wix.com editorx.io jimdofree.com jimdosite.com jimdo.com squarespace.com weebly.com webnode.com webnode.de
  site123.me strikingly.com webflow.io framer.website framer.app cargo.site myportfolio.com behance.net dribbble.com
  format.com notion.site notion.so super.site pages.dev workers.dev web.app firebaseapp.com netlify.app vercel.app
  herokuapp.com fly.dev onrender.com surge.sh glitch.me replit.app repl.co azurewebsites.net cloudfront.net
  amazonaws.com neocities.org bplaced.net lima-city.de beepworld.de npage.de de.tl homepage-baukasten.de
  home.t-online.de
  google.com google.de sites.google.com docs.google.com goo.gle g.page apple.com icloud.com amazon.com amazon.de
  amazon.co.uk ebay.com ebay.de kleinanzeigen.de etsy.com myshopify.com gumroad.com bigcartel.com spreadshop.com
  eventbrite.com eventbrite.de meetup.com calendly.com doodle.com zoom.us dropbox.com onedrive.com live.com issuu.com
  slideshare.net scribd.com speakerdeck.com mailchi.mp tripadvisor.com tripadvisor.de yelp.com yelp.de jameda.de
  trustpilot.com provenexpert.com kununu.com
  wikipedia.org wikimedia.org wikidata.org fandom.com orcid.org researchgate.net academia.edu semanticscholar.org
  arxiv.org ssrn.com philpapers.org torial.com muckrack.com kress.de freischreiber.de riffreporter.de
  abgeordnetenwatch.de
`
    .split(/\s+/)
    .filter(Boolean),
);

/** Their pages are shared, but a subdomain has one owner: smith.house.gov. */
const SHARED_AT_THE_TOP: ReadonlySet<string> = new Set(
  'house.gov senate.gov congress.gov bundestag.de landtag.de europa.eu parliament.uk parlament.gv.at parlament.ch'.split(
    ' ',
  ),
);

/** Also true for everything below such a host: tenants of bsky.social, substack.com, github.io. */
export function isSharedHost(host: string): boolean {
  if (SHARED_AT_THE_TOP.has(host)) return true;
  const labels = host.split('.');
  return labels.some((_, at) => SHARED.has(labels.slice(at).join('.')));
}
