import { email, phone, url } from './contact.ts';
import { code, date } from './digits.ts';
import { handle, nameInHandle } from './handle.ts';
import type { Method } from './method.ts';
import { exact, name, text } from './text.ts';
import { personName } from './words.ts';

export const methodWords = [
  'exact',
  'text',
  'name',
  'person_name',
  'date',
  'code',
  'email',
  'phone',
  'url',
  'handle',
  'name_in_handle',
] as const;
export type MethodWord = (typeof methodWords)[number];

/** Each method compares only what it has read itself. */
export const METHODS: Readonly<Record<MethodWord, Method>> = {
  exact: erased(exact),
  text: erased(text),
  name: erased(name),
  person_name: erased(personName),
  date: erased(date),
  code,
  email: erased(email),
  phone,
  url: erased(url),
  handle,
  name_in_handle: erased(nameInHandle),
};

/** Forgets the type of the reading: nothing but the method looks into one. */
function erased(method: unknown): Method {
  return method as Method;
}
