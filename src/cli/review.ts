import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { ConfigInvalid, readClientConfig } from '../config.ts';
import { ownApi } from '../platform/http/ownApi.ts';
import {
  CannotDo,
  conflicts,
  decide,
  list,
  settleConflict,
  show,
  undo,
  type Session,
} from './commands.ts';
import { TEXTS, type Language } from './texts.ts';

/** The review queue at a terminal, until there are screens for it. */
async function main(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ workspace: text, by: text, note: text, basis: text, batch: text, value: text },
      ...{ limit: text, language: text, 'rule-version': text },
      do: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const config = readClientConfig();
  const language = languageOf(values.language ?? config.language);
  const texts = TEXTS[language];
  const [command, key] = positionals;
  if (command === undefined || values.help === true) {
    console.log(texts.usage);
    return;
  }
  const { workspace, note, basis, batch, value, limit } = values;
  const session: Session = {
    call: ownApi(config.url, config.token()),
    options: {
      ...{ workspace, note, basis, batch, value, limit },
      by: values.by ?? userInfo().username,
      ruleVersion: values['rule-version'],
      do: values.do === true,
    },
    language,
    text: texts,
    print: (line) => {
      console.log(line);
    },
  };
  try {
    await run(session, command, key);
  } catch (error) {
    throw isNetwork(error) ? new CannotDo(texts.noService(config.url)) : error;
  }
}

async function run(session: Session, command: string, key: string | undefined): Promise<void> {
  if (command === 'list') return list(session);
  if (command === 'undo') return undo(session);
  if (command === 'conflicts') return conflicts(session);
  const of = (): string => {
    if (key === undefined) throw new CannotDo(session.text.needsKey(command));
    return key;
  };
  switch (command) {
    case 'show':
      return show(session, of());
    case 'yes':
    case 'no':
    case 'unsure':
      return decide(session, command, of());
    case 'keep':
    case 'restore':
      return settleConflict(session, command, of());
    default:
      throw new CannotDo(`${session.text.unknownCommand(command)}\n\n${session.text.usage}`);
  }
}

/** `de`, `de_DE.UTF-8`; English for everything else. */
function languageOf(text: string): Language {
  return /^de\b|^de_/i.test(text) ? 'de' : 'en';
}

function isNetwork(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(ECONN|ENOTFOUND|EAI_|UND_ERR)/.test(code);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  const isArgument = typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
  if (!isArgument && !(error instanceof CannotDo) && !(error instanceof ConfigInvalid)) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
