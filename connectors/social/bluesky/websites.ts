import { parse } from 'tldts';

const longestBio = 5_000;
const mostWebsites = 10;

const withScheme = /https?:\/\/[^\s<>"']+/gi;
const separators = /[\s<>()[\]{}"'|,;]+/;
const edgePunctuation = /^[.:!?…„“”‚‘’«»·–—/*_-]+|[.:!?…„“”‚‘’«»·–—*_-]+$/g;
const trailingPunctuation = /[.,:;!?…)\]}„“”‚‘’«»*_-]+$/;

/** Links in a free text, as their writer wrote them; a bare domain counts when its ending really exists. */
export function websitesIn(bio: string): string[] {
  const text = bio.slice(0, longestBio);
  const links = (text.match(withScheme) ?? [])
    .map((link) => link.replace(trailingPunctuation, ''))
    .filter(isWebAddress);
  const bare = text
    .replace(withScheme, ' ')
    .split(separators)
    .map((word) => word.replace(edgePunctuation, ''))
    .filter(startsWithDomain)
    .map((word) => `https://${word}`)
    .filter(isWebAddress);
  return [...new Set([...links, ...bare])].slice(0, mostWebsites);
}

/** An e-mail address or a handle holds an `@` and is no website. */
function startsWithDomain(word: string): boolean {
  if (!word.includes('.') || word.includes('@')) return false;
  const { domain, isIcann, isIp } = parse(word);
  return domain !== null && isIcann === true && isIp !== true;
}

/** A link with a user name in it only looks like the site before the `@`. */
function isWebAddress(link: string): boolean {
  const url = URL.parse(link);
  return url !== null && url.username === '' && url.password === '' && url.hostname.includes('.');
}
