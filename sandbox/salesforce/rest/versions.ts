import { ApiError, fault, notFound } from '../errors.ts';

const NEWEST = 68;
const OLDEST = 31;
/** Were there once; they answer that they are gone. */
const RETIRED_FROM = 21;

/** Version 68 is Winter ’27; three releases a year. */
const SEASONS = ['Winter', 'Spring', 'Summer'];

export function listVersions(): { label: string; url: string; version: string }[] {
  return Array.from({ length: NEWEST - OLDEST + 1 }, (_, place) => {
    const number = OLDEST + place;
    const sinceWinter27 = number - NEWEST;
    const season = SEASONS[((sinceWinter27 % 3) + 3) % 3] ?? '';
    const year = 27 + Math.floor(sinceWinter27 / 3);
    const version = `${number}.0`;
    return { label: `${season} '${year}`, url: `/services/data/v${version}`, version };
  });
}

/** There is no default: each path names its version. */
export function demandVersion(text: string): void {
  const number = /^(\d+)\.0$/.exec(text)?.[1];
  if (number === undefined || Number(number) > NEWEST || Number(number) < RETIRED_FROM)
    throw notFound();
  if (Number(number) < OLDEST) {
    throw new ApiError(
      410,
      fault('UNSUPPORTED_API_VERSION', `API version ${text} is no longer supported.`),
    );
  }
}
