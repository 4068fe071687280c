export type Language = 'de' | 'en';

const en = {
  usage: `Decide about suggested pairings of a running Echofile.

  npm run review -- list                     what waits for a decision
  npm run review -- show KEY                 why, in one sentence and in bits
  npm run review -- yes KEY --basis BASIS    pair the two
  npm run review -- no KEY                   not this person (also ends a pairing)
  npm run review -- unsure KEY               ask again in two weeks
  npm run review -- undo --batch NAME        what would be taken back (also --rule-version N, --value V);
                                             with --do it is taken back
  npm run review -- conflicts                fields that somebody changed before we could take ours back
  npm run review -- keep ID | restore ID     decide about one of them

  --workspace ID   needed where there are several       --by NAME        who decides (default: your login)
  --language en|de (default: LANG)                      --note TEXT      kept with the decision
  --limit N        how many are listed                  --batch NAME     decisions that belong together
  BASIS is consent:WHERE, legitimate_interest:WHERE, contract or told_us.
The service is found by ECHOFILE_URL (or HOST and PORT) and ADMIN_TOKEN.`,
  empty: 'Nothing waits for a decision.',
  noConflicts: 'No field waits for a decision.',
  waiting: (shown: number, total: number) => `${shown} of ${total} that wait for a decision:`,
  activities: (n: number) => (n === 1 ? '1 activity' : `${n} activities`),
  contested: 'contested',
  holds: 'holds the account now',
  runnerUp: 'Why not',
  decided: (key: string, state: string) => `${key}: ${state}.`,
  wouldUndo: (links: number, suggestions: number, refusals: number, kept: number) =>
    `Would be taken back: pairings ${links}, suggestions ${suggestions}, refusals ${refusals}. Stay, as people decided for them: ${kept}.`,
  addDo: 'Nothing was changed. Add --do to take them back.',
  undoing: (total: number) => `Taking back ${total}.`,
  progress: (done: number, total: number) => `${done} of ${total}`,
  before: 'before us',
  nothing: '(nothing)',
  noService: (url: string) =>
    `No Echofile answers at ${url}. Is it running? See ECHOFILE_URL, HOST and PORT.`,
  unknownCommand: (word: string) => `There is no command "${word}".`,
  needsKey: (word: string) => `"${word}" needs a key, as shown by list.`,
  whichWorkspace: 'There are several workspaces; choose one by --workspace:',
  noWorkspace: 'There is no workspace yet.',
  refused: (what: string, status: number) => `${what}: refused (${status})`,
  badNumber: '--limit is a number from 1 to 200.',
  whatToUndo: 'undo needs --batch, --rule-version or --value.',
};
export type Texts = typeof en;

const de: Texts = {
  usage: `Über vorgeschlagene Zuordnungen eines laufenden Echofile entscheiden.

  npm run review -- list                     was auf eine Entscheidung wartet
  npm run review -- show KEY                 warum, in einem Satz und in Bit
  npm run review -- yes KEY --basis BASIS    die beiden zuordnen
  npm run review -- no KEY                   nicht diese Person (löst auch eine Zuordnung)
  npm run review -- unsure KEY               in zwei Wochen wieder fragen
  npm run review -- undo --batch NAME        was zurückgenommen würde (auch --rule-version N, --value V);
                                             mit --do wird es zurückgenommen
  npm run review -- conflicts                Felder, die jemand geändert hat, bevor wir unseres zurücknehmen konnten
  npm run review -- keep ID | restore ID     über eines davon entscheiden

  --workspace ID   nötig, wenn es mehrere gibt          --by NAME        wer entscheidet (sonst: Ihr Login)
  --language en|de (sonst: LANG)                        --note TEXT      bleibt bei der Entscheidung
  --limit N        wie viele gezeigt werden             --batch NAME     Entscheidungen, die zusammengehören
  BASIS ist consent:WO, legitimate_interest:WO, contract oder told_us.
Der Dienst wird über ECHOFILE_URL (oder HOST und PORT) und ADMIN_TOKEN gefunden.`,
  empty: 'Nichts wartet auf eine Entscheidung.',
  noConflicts: 'Kein Feld wartet auf eine Entscheidung.',
  waiting: (shown, total) => `${shown} von ${total}, die auf eine Entscheidung warten:`,
  activities: (n) => (n === 1 ? '1 Beitrag' : `${n} Beiträge`),
  contested: 'umstritten',
  holds: 'hat das Konto zurzeit',
  runnerUp: 'Warum nicht',
  decided: (key, state) => `${key}: ${STATES[state] ?? state}.`,
  wouldUndo: (links, suggestions, refusals, kept) =>
    `Zurückgenommen würden: Zuordnungen ${links}, Vorschläge ${suggestions}, Ablehnungen ${refusals}. Bleiben, weil Menschen so entschieden haben: ${kept}.`,
  addDo: 'Nichts wurde geändert. Mit --do wird es zurückgenommen.',
  undoing: (total) => `${total} werden zurückgenommen.`,
  progress: (done, total) => `${done} von ${total}`,
  before: 'vor uns',
  nothing: '(nichts)',
  noService: (url) =>
    `Unter ${url} antwortet kein Echofile. Läuft es? Siehe ECHOFILE_URL, HOST und PORT.`,
  unknownCommand: (word) => `Einen Befehl „${word}“ gibt es nicht.`,
  needsKey: (word) => `„${word}“ braucht einen Schlüssel, wie list ihn zeigt.`,
  whichWorkspace: 'Es gibt mehrere Arbeitsbereiche; wählen Sie einen mit --workspace:',
  noWorkspace: 'Es gibt noch keinen Arbeitsbereich.',
  refused: (what, status) => `${what}: abgelehnt (${status})`,
  badNumber: '--limit ist eine Zahl von 1 bis 200.',
  whatToUndo: 'undo braucht --batch, --rule-version oder --value.',
};

const STATES: Readonly<Record<string, string>> = {
  active: 'zugeordnet',
  rejected: 'abgelehnt',
  suggested: 'zurückgestellt',
};

export const TEXTS: Readonly<Record<Language, Texts>> = { de, en };
