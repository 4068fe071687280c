import type { CrmRecord } from '../../sandbox/hubspot/model.ts';
import { expectedOutcome, type ExpectedOutcome } from '../../sandbox/story/truth.ts';
import type { Sandbox } from '../../sandbox/world.ts';

/** Contact id of the story -> what its timeline holds, each activity as the part of its id that a note's link shows. */
export type Timelines = Readonly<Record<string, readonly string[]>>;

/** What the captures' truth file says should stand where. */
export function expectedTimelines(sandbox: Sandbox, moment: keyof ExpectedOutcome): Timelines {
  const { timelines } = expectedOutcome(sandbox.company.story)[moment];
  return sorted(
    [...timelines].map(([contact, entries]) => [
      contact,
      entries.map(({ nativeId }) => shownPart(nativeId)),
    ]),
  );
}

/** What stands in HubSpot, contact by contact. A note that names no known activity shows as its whole body. */
export function writtenTimelines({ company }: Sandbox): Timelines {
  const portal = company.hubspot.portal();
  return sorted(
    [...company.contactIds].map(([contact, id]) => [contact, portal.notesOf(id).map(activityOf)]),
  );
}

function activityOf(note: CrmRecord): string {
  const body = note.values.hs_note_body ?? '';
  const link = /href="([^"]*)"/.exec(body)?.[1]?.replaceAll('&#35;', '#').replaceAll('&amp;', '&');
  return link === undefined ? body : shownPart(link);
}

/** The record key of a post, the number of a comment: the same in an at:// uri and in a web address. */
function shownPart(id: string): string {
  return /#comment-\d+$/.exec(id)?.[0] ?? id.split('/').at(-1) ?? id;
}

function sorted(entries: readonly (readonly [string, readonly string[]])[]): Timelines {
  const filled = entries.filter(([, activities]) => activities.length > 0);
  return Object.fromEntries(
    filled
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([contact, activities]) => [contact, activities.toSorted()]),
  );
}
