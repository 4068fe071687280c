import { pino, type DestinationStream } from 'pino';

/**
 * The only keys a log line may carry. What is not here is dropped, at any depth: a list of what to hide always
 * misses one. Ids here are our own row ids and vendor-neutral codes, never names, handles, addresses or texts.
 */
const ALLOWED = [
  // prettier-ignore
  'event',
  'workspace',
  'connection',
  'contact',
  'account',
  'activity',
  'conversation',
  'link',
  'delivery',
  'job',
  'task',
  'request',
  'network',
  'crm',
  'object',
  'kind',
  'state',
  'outcome',
  'reason',
  'purpose',
  'count',
  'created',
  'updated',
  'skipped',
  'failed',
  'attempt',
  'attempts',
  'ms',
  'bytes',
  'retryAfterMs',
  'method',
  'route',
  'status',
  'code',
  'path',
  'host',
  'port',
  'pid',
  'signal',
  'version',
  'adopted',
] as const;

type LogKey = (typeof ALLOWED)[number];
type LogValue = string | number | bigint | boolean | null | undefined;

/**
 * `error` takes anything thrown; of it only class, code and stack places are written. An error that carries a
 * string `logMessage` vouches for that text: fixed wording of ours, without data of persons.
 */
export type LogFields = Readonly<Partial<Record<LogKey, LogValue>>> & { readonly error?: unknown };
export type LogEvent = LogFields & { readonly event: string };

export interface Logger {
  debug(fields: LogEvent, message: string): void;
  info(fields: LogEvent, message: string): void;
  warn(fields: LogEvent, message: string): void;
  error(fields: LogEvent, message: string): void;
  /** A logger that adds these fields to each line. */
  child(fields: LogFields): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

const LONGEST_TEXT = 500;
const LONGEST_SCRUBBED = 5_000;
const DEEPEST_CAUSE = 4;
const MOST_FRAMES = 8;
const EVENT = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const CLASS_NAME = /^[A-Za-z][A-Za-z0-9_]{0,59}$/;
const ERROR_CODE = /^[A-Za-z0-9_]{1,60}$/;
const FRAME = /^\s*at .*:\d+:\d+\)?$/;

export function createLogger({ level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service: 'echofile' },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const sink = destination === undefined ? pino(options) : pino(options, destination);
  const loggerWith = (bound: LogFields): Logger => {
    const write = (at: 'debug' | 'info' | 'warn' | 'error') => (fields: LogEvent, text: string) => {
      if (!sink.isLevelEnabled(at)) return;
      sink[at](allowed({ ...bound, ...fields }), scrub(text));
    };
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => loggerWith({ ...bound, ...fields }),
    };
  };
  return loggerWith({});
}

const KEYS: ReadonlySet<string> = new Set(ALLOWED);

function allowed(fields: Record<string, unknown>): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  let dropped = 0;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (key === 'error') line[key] = describeError(value);
    else if (KEYS.has(key) && isPlain(value)) line[key] = plain(key, value);
    else dropped += 1;
  }
  if (dropped > 0) line.dropped = dropped;
  return line;
}

type Plain = string | number | bigint | boolean | null;

function isPlain(value: unknown): value is Plain {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

function plain(key: string, value: Plain): unknown {
  if (key === 'event') return EVENT.test(String(value)) ? value : 'misnamed_event';
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'string' ? scrub(value) : value;
}

interface DescribedError {
  name: string;
  code?: string | number;
  message?: string;
  at?: string[];
  cause?: DescribedError;
}

/** Never `message`: what vendors and drivers write there quotes rows, addresses and tokens. */
function describeError(error: unknown, depth = 1): DescribedError {
  if (!isError(error)) return { name: `thrown_${typeof error}` };
  const described: DescribedError = { name: CLASS_NAME.test(error.name) ? error.name : 'Error' };
  const code = codeOf(error);
  if (code !== undefined) described.code = code;
  if ('logMessage' in error && typeof error.logMessage === 'string') {
    described.message = scrub(error.logMessage);
  }
  const frames = stackPlaces(error);
  if (frames.length > 0) described.at = frames;
  if (error.cause !== undefined && depth < DEEPEST_CAUSE) {
    described.cause = describeError(error.cause, depth + 1);
  }
  return described;
}

/** Errors of node's own modules belong to another realm where code runs in a vm, as under jest. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]';
}

function codeOf(error: Error): string | number | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code === 'number') return code;
  return typeof code === 'string' && ERROR_CODE.test(code) ? scrub(code) : undefined;
}

/** A stack begins with the message, and a message may imitate stack lines: only what follows it counts. */
function stackPlaces({ stack, message }: Error): string[] {
  const start = stack?.indexOf(message) ?? -1;
  if (stack === undefined || start < 0) return [];
  return stack
    .slice(start + message.length)
    .split('\n')
    .filter((line) => FRAME.test(line))
    .slice(0, MOST_FRAMES)
    .map((line) => scrub(line.trim()));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** In this order: an address inside a URL's credentials must go with them, not leave half of them behind. */
const SCRUBBED: readonly (readonly [RegExp, string | ((found: string) => string)])[] = [
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/@]{1,300}@/gi, '$1[credentials]@'],
  [/\?[^\s"'<>]*=[^\s"'<>]*/g, '?[query]'],
  [/\b(bearer|basic|token|apikey)[\s:=]+[^\s"',;]+/gi, '$1 [secret]'],
  [
    /\b([a-z_-]*(?:secret|password|passwd|api_?key|token|authorization))["']?\s*[:=]\s*["']?[^\s"',;]+/gi,
    '$1=[secret]',
  ],
  [/[^\s@<>"'(),;:=[\]]{1,64}(?:@|%40)[^\s@<>"'(),;:=[\]/]{1,253}/gi, '[email]'],
  [/\+\d[\d ()./-]{6,18}\d/g, '[phone]'],
  [/[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}/g, '[secret]'],
  [/[A-Za-z0-9_!~-]{32,}/g, (found) => (looksRandom(found) ? '[secret]' : found)],
];

function looksRandom(run: string): boolean {
  return /\d/.test(run) && /[A-Za-z]/.test(run) && !UUID.test(run);
}

/** Cut only after scrubbing: half of a token no longer looks like one. */
function scrub(text: string): string {
  const clean = SCRUBBED.reduce(
    (seen, [pattern, put]) =>
      typeof put === 'string' ? seen.replace(pattern, put) : seen.replace(pattern, put),
    text.slice(0, LONGEST_SCRUBBED),
  );
  return clean.length > LONGEST_TEXT ? `${clean.slice(0, LONGEST_TEXT)}...` : clean;
}
