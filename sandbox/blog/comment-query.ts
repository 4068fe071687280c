import type { BlogComment } from '../story/types.ts';
import type { BlogSite } from './site.ts';
import { localDate } from './site.ts';
import { invalidParam, REFUSALS } from './rest-errors.ts';

export interface CommentPage {
  comments: BlogComment[];
  total: number;
  pages: number;
  page: number;
}

/** Parameters that only a signed-in user may use with a value other than the default. */
const PRIVATE_DEFAULTS: Record<string, string | undefined> = {
  status: 'approve',
  type: 'comment',
  author_email: undefined,
};

export function queryComments(
  site: BlogSite,
  query: URLSearchParams,
  signedIn: boolean,
): CommentPage {
  if (!signedIn) refusePrivate(query);
  const perPage = integer(query, 'per_page', 10, 100);
  const page = integer(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const found = [...site.comments.values()].filter(filterOf(query)).sort(orderOf(query));
  const comments = found.slice((page - 1) * perPage, page * perPage);
  return { comments, total: found.length, pages: Math.ceil(found.length / perPage), page };
}

function refusePrivate(query: URLSearchParams): void {
  for (const [name, initial] of Object.entries(PRIVATE_DEFAULTS)) {
    const value = query.get(name);
    if (value !== null && value !== initial) throw REFUSALS.param(name);
  }
}

export function integer(
  query: URLSearchParams,
  name: string,
  initial: number,
  max: number,
): number {
  const text = query.get(name);
  if (text === null) return initial;
  const value = Number(text);
  if (!Number.isInteger(value)) {
    throw invalidParam(name, 'rest_invalid_type', `${name} is not of type integer.`);
  }
  if (value < 1 || value > max) {
    const range =
      max === Number.MAX_SAFE_INTEGER
        ? 'greater than or equal to 1'
        : `between 1 (inclusive) and ${max} (inclusive)`;
    throw invalidParam(name, 'rest_out_of_bounds', `${name} must be ${range}`);
  }
  return value;
}

const STATUS_NAMES: Record<string, string> = { approve: 'approved' };

function filterOf(query: URLSearchParams): (comment: BlogComment) => boolean {
  const status = query.get('status') ?? 'approve';
  const type = query.get('type') ?? 'comment';
  const search = query.get('search')?.toLowerCase();
  const email = query.get('author_email');
  const after = localTime(query, 'after');
  const before = localTime(query, 'before');
  const inList = (name: string, value: number) => {
    const list = query.getAll(name).concat(query.getAll(`${name}[]`));
    return list.length === 0 || list.flatMap((item) => item.split(',')).includes(String(value));
  };
  const isWanted: ((comment: BlogComment) => boolean)[] = [
    (comment) =>
      status === 'all'
        ? comment.status === 'approved' || comment.status === 'hold'
        : comment.status === (STATUS_NAMES[status] ?? status),
    (comment) => comment.type === type,
    (comment) => inList('post', comment.post),
    (comment) => inList('parent', comment.parent),
    (comment) => inList('include', comment.id),
    (comment) => email === null || comment.authorEmail.toLowerCase() === email.toLowerCase(),
    (comment) => search === undefined || searchable(comment).includes(search),
    (comment) => after === undefined || localDate(comment.dateGmt) > after,
    (comment) => before === undefined || localDate(comment.dateGmt) < before,
  ];
  return (comment) => isWanted.every((wanted) => wanted(comment));
}

function searchable({ authorName, authorEmail, authorUrl, raw }: BlogComment): string {
  return [authorName, authorEmail, authorUrl, raw].join('\n').toLowerCase();
}

/** Without an offset a time means the time of the blog, not UTC; it is compared with the local date of the comment. */
function localTime(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (match === null) throw invalidParam(name, 'rest_invalid_date', 'Invalid date.');
  const [, day = '', time = '', offset] = match;
  if (offset === undefined) return `${day}T${time}`;
  return localDate(new Date(`${day}T${time}${offset}`).toISOString().slice(0, 19));
}

function orderOf(query: URLSearchParams): (a: BlogComment, b: BlogComment) => number {
  const sign = query.get('order') === 'asc' ? 1 : -1;
  if (query.get('orderby') === 'id') return (a, b) => sign * (a.id - b.id);
  return (a, b) => sign * (Date.parse(a.dateGmt) - Date.parse(b.dateGmt) || a.id - b.id);
}
