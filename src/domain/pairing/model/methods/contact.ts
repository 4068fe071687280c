import { editLikeness, editsUpTo } from '../similarity.ts';
import type { Method, Reading } from './method.ts';

interface EmailReading extends Reading {
  readonly user: string;
}

/** Addresses as people wrote them, with their errors: what is no address counts as a user part alone. */
export const email: Method<EmailReading> = {
  levels: [
    { is: 'exact' },
    { is: 'similar', from: 0.9 },
    { is: 'same_user' },
    { is: 'similar', from: 0.8 },
    { is: 'similar', from: 0.7 },
  ],
  isName: false,
  keyForms: ['exact', 'user'],
  read(text) {
    const key = text.trim().toLowerCase();
    if (key === '' || key.length > 254 || /\s/.test(key)) return undefined;
    const at = key.lastIndexOf('@');
    return { key, user: at < 0 ? key : key.slice(0, at) };
  },
  holds: {
    exact: (a, b) => a.key === b.key,
    same_user: (a, b) => a.user !== '' && a.user === b.user,
  },
  // By edits of the whole address: two strangers of one name have user parts that begin alike.
  likeness: (a, b, least) => editLikeness(a.key, b.key, least),
};

/** The last nine digits tell a number apart, whether the country is written or not. */
const TELLING_DIGITS = 9;

export const phone: Method = {
  levels: [{ is: 'exact' }, { is: 'one_edit' }],
  isName: false,
  keyForms: ['exact'],
  read(text) {
    if (text.length > 60) return undefined;
    const digits = text.replace(/\D/g, '').replace(/^0+/, '');
    return digits.length < 5 ? undefined : { key: digits.slice(-TELLING_DIGITS) };
  },
  holds: {
    exact: (a, b) => a.key === b.key,
    one_edit: (a, b) => editsUpTo(a.key, b.key, 1) <= 1,
  },
};

interface UrlReading extends Reading {
  readonly host: string;
}

export const url: Method<UrlReading> = {
  levels: [{ is: 'exact' }, { is: 'same_host' }],
  isName: false,
  keyForms: ['exact', 'host'],
  read(text) {
    const given = text.trim();
    if (given === '' || given.length > 2_048 || /\s/.test(given)) return undefined;
    const parsed = URL.parse(/^https?:\/\//i.test(given) ? given : `https://${given}`);
    if (!parsed?.hostname.includes('.')) return undefined;
    const host = parsed.hostname.replace(/^www\./, '');
    return { key: `${host}${parsed.pathname.replace(/\/+$/, '')}`, host };
  },
  holds: {
    exact: (a, b) => a.key === b.key,
    same_host: (a, b) => a.host === b.host,
  },
};
