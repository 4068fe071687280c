import type { Fields, OurValue } from '../domain/mapping/apply.ts';
import type { Mapping, OurName } from '../domain/mapping/mapping.ts';
import {
  changedByOthers,
  endedFields,
  restoreBefore,
  seriesOf,
  type Series,
} from '../domain/mapping/restore.ts';
import type { Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { fieldWrites, openConflict, restoresAsked } from '../store/restores.ts';
import type { App } from './app.ts';

export interface Wanted {
  readonly changes: Fields;
  /** Fields among them that get back what stood there before us. */
  readonly restores: readonly string[];
}

export interface Ending {
  readonly mapping: Mapping;
  readonly values: ReadonlyMap<OurName, OurValue>;
  readonly written: Fields;
  /** What is on its way and may have landed. */
  readonly pending: Fields;
}

/** Which field the keyed hashes of a restore conflict are of is no secret; which value is. */
export const CONFLICT_HASH = 'restore_conflict';

/**
 * What we have no value for any more goes back to what stood there before our first write. A field that somebody changed
 * meanwhile is left alone and asked about (R09). `wanted`: the changes for the fields as they stand and as they may be.
 */
export async function restore(
  app: Pick<App, 'pepper'>,
  tx: WorkspaceTx,
  contact: Contact,
  ending: Ending & { readonly wanted: readonly { changes: Fields; current: Fields }[] },
): Promise<Wanted> {
  const { mapping, values, written, pending, wanted } = ending;
  const ended = endedFields(mapping, values, written);
  if (ended.length === 0) return together(wanted.map(({ changes }) => ({ changes, restores: [] })));
  const fields = ended.map((row) => row.theirs);
  const series = seriesOf(mapping, await fieldWrites(tx, contact.id, fields));
  const restored = wanted.map(({ changes, current }) =>
    restoreBefore(mapping, changes, series, current),
  );
  const waiting = ended.filter((row) => pending[row.theirs] === undefined);
  for (const { field, series: ours, current } of changedByOthers(waiting, series, contact.fields)) {
    await openConflict(tx, {
      contactId: contact.id,
      field,
      journalId: ours.journalId,
      before: ours.before,
      ours: app.pepper.pepperedHash(CONFLICT_HASH, ours.ours),
      current: app.pepper.pepperedHash(CONFLICT_HASH, current),
    });
  }
  return together([...restored, await askedFor(app, tx, contact, series)]);
}

/** What a person wants restored although it was changed: only over the very value that they saw. */
async function askedFor(
  app: Pick<App, 'pepper'>,
  tx: WorkspaceTx,
  contact: Contact,
  series: ReadonlyMap<string, Series>,
): Promise<Wanted> {
  const changes: Record<string, string> = {};
  for (const { field, journalId, before, current } of await restoresAsked(tx, contact.id)) {
    const now = contact.fields[field] ?? '';
    const hashes: readonly string[] = app.pepper.pepperedHashes(CONFLICT_HASH, now);
    if (series.get(field)?.journalId === journalId && hashes.includes(current))
      changes[field] = before;
  }
  return { changes, restores: Object.keys(changes) };
}

function together(all: readonly Wanted[]): Wanted {
  return {
    changes: Object.assign({}, ...all.map((one) => one.changes)) as Fields,
    restores: [...new Set(all.flatMap((one) => one.restores))],
  };
}
