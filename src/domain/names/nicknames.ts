import { ENGLISH } from './englishNicknames.ts';
import { foldings } from './fold.ts';
import { GERMAN } from './germanNicknames.ts';

/** Each line is one name: its full forms and short forms. Any two words of a line may call the same person. */
const LINES: readonly (readonly string[])[] = [...GERMAN, ...ENGLISH].map((line) =>
  line.split(' '),
);
const GROUPS: ReadonlyMap<string, readonly number[]> = groupsOf(LINES);

/** Whether one may be called by the other: Sepp and Josef. False for a name and itself, which is a stronger likeness. */
export function areNicknames(a: string, b: string): boolean {
  const [as, bs] = [foldings(a), foldings(b)];
  if (as.some((spelling) => bs.includes(spelling))) return false;
  return as.some((one) => bs.some((other) => shareGroup(one, other)));
}

/** Every other form of a given name, folded: robert -> bob, rob, bobby, ... */
export function formsOf(name: string): readonly string[] {
  const spellings = foldings(name);
  const lines = new Set(spellings.flatMap((spelling) => GROUPS.get(spelling) ?? []));
  const forms = [...lines].flatMap((line) => LINES[line] ?? []);
  return [...new Set(forms)].filter((form) => !spellings.includes(form));
}

/** Whether the table holds it: helps to tell "Müller, Max" from "Max Müller, Berlin". */
export function isKnownGivenName(word: string): boolean {
  return foldings(word).some((spelling) => GROUPS.has(spelling));
}

/** Both already folded. */
export function shareGroup(a: string, b: string): boolean {
  const others = GROUPS.get(b);
  return others !== undefined && (GROUPS.get(a)?.some((line) => others.includes(line)) ?? false);
}

function groupsOf(lines: readonly (readonly string[])[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const [line, names] of lines.entries()) {
    for (const name of names) groups.set(name, [...(groups.get(name) ?? []), line]);
  }
  return groups;
}
