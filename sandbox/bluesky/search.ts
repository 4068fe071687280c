import type { Network, PostOf } from './network.ts';
import { invalidRequest, type Params } from './xrpc.ts';

/**
 * `recorded`: as the recorded AppView searches: the query is one piece of text, letter case counts, quotes are searched for,
 * and since, until, lang, mentions, author and tag do nothing. `documented`: as the public service describes it: words in any
 * order and case, quoted phrases, and working filters.
 */
export type SearchMode = 'recorded' | 'documented';

export function matches(
  mode: SearchMode,
  params: Params,
  network: Network,
): (post: PostOf) => boolean {
  const q = params.required('q');
  if (q === '') throw invalidRequest('Error: q must not be shorter than 1 character');
  if (mode === 'recorded') return ({ record }) => record.text.includes(q);
  const terms = termsOf(q);
  const filters = documentedFilters(params, network);
  return (post) => {
    const text = post.record.text.toLowerCase();
    return terms.every((term) => text.includes(term)) && filters.every((filter) => filter(post));
  };
}

function termsOf(q: string): string[] {
  return [...q.matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, phrase, word]) => (phrase ?? word ?? '').toLowerCase())
    .filter((term) => term !== '');
}

function documentedFilters(params: Params, network: Network): ((post: PostOf) => boolean)[] {
  const didOf = (actor: string) => network.find(actor)?.did ?? actor;
  const byName: Record<string, (value: string) => (post: PostOf) => boolean> = {
    since:
      (value) =>
      ({ sortAt }) =>
        Date.parse(sortAt) >= Date.parse(value),
    until:
      (value) =>
      ({ sortAt }) =>
        Date.parse(sortAt) < Date.parse(value),
    lang:
      (value) =>
      ({ record }) =>
        record.langs?.includes(value) ?? false,
    author:
      (value) =>
      ({ did }) =>
        did === didOf(value),
    mentions: (value) => (post) => featuresOf(post).some(({ did }) => did === didOf(value)),
    tag: (value) => (post) =>
      featuresOf(post).some(({ tag }) => tag?.toLowerCase() === value.toLowerCase()),
  };
  return Object.entries(byName).flatMap(([name, filter]) => {
    const value = params.optional(name);
    return value === undefined ? [] : [filter(value)];
  });
}

function featuresOf({ record }: PostOf) {
  return record.facets?.flatMap(({ features }) => features) ?? [];
}
