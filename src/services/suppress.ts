import { mailboxSpellings, parseEmail } from '../domain/identifiers.ts';
import type { Identifier } from '../domain/identifiers.ts';
import type { Profile } from '../domain/social.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { findSuppressed, insertSuppressions } from '../store/suppressions.ts';
import type { App } from './app.ts';

/**
 * What identifies a person for good: stable network ids and mailboxes. Not a name or a website (others share them), and not
 * a handle, which the next person may take over.
 */
export function lastingIdentifiers(network: string, profile: Profile): readonly Identifier[] {
  const email = parseEmail(profile.email ?? '');
  return [
    { kind: `account:${network}`, value: profile.nativeId },
    ...(email === undefined ? [] : mailboxSpellings(email)).map((value) => ({
      kind: 'email',
      value,
    })),
  ];
}

/** Keeps these from ever being stored again. Only keyed hashes are kept. */
export async function suppress(
  app: Pick<App, 'pepper'>,
  tx: WorkspaceTx,
  identifiers: readonly Identifier[],
): Promise<void> {
  const hashes = identifiers.map(({ kind, value }) => ({
    kind,
    hash: app.pepper.pepperedHash(kind, value),
  }));
  await insertSuppressions(tx, hashes);
}

export async function isSuppressed(
  app: Pick<App, 'pepper'>,
  tx: WorkspaceTx,
  network: string,
  profile: Profile,
): Promise<boolean> {
  return areSuppressed(app, tx, lastingIdentifiers(network, profile));
}

/** True when any of them belongs to someone who was erased. */
export async function areSuppressed(
  app: Pick<App, 'pepper'>,
  tx: WorkspaceTx,
  identifiers: readonly Identifier[],
): Promise<boolean> {
  return (await whoAreSuppressed(app, tx, identifiers)).size > 0;
}

/** Those of them that belong to someone who was erased. */
export async function whoAreSuppressed(
  app: Pick<App, 'pepper'>,
  tx: WorkspaceTx,
  identifiers: readonly Identifier[],
): Promise<ReadonlySet<Identifier>> {
  // A value may be stored under any key of the ring, the newest or one before a rotation.
  const hashes = identifiers.flatMap((of) =>
    app.pepper.pepperedHashes(of.kind, of.value).map((hash) => ({ of, kind: of.kind, hash })),
  );
  const found = await findSuppressed(
    tx,
    hashes.map(({ kind, hash }) => ({ kind, hash })),
  );
  return new Set(hashes.filter(({ hash }) => found.has(hash)).map(({ of }) => of));
}
