import pg from 'pg';

// bigint ids are names, never quantities: they stay strings (the driver's default), counts are cast to int in the SQL.
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A transaction. Inside `inWorkspace` it sees the rows of that workspace only. */
export interface Tx {
  /** Rows of one statement; parameters as $1, $2. Throws pg's DatabaseError. */
  rows<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** A transaction of one workspace, under the role that row-level security binds. */
export interface WorkspaceTx extends Tx {
  readonly workspace: string;
}

export interface Database {
  readonly pool: pg.Pool;
  /** Serialisation is by row locks; a thrown error rolls back and is thrown on. */
  inWorkspace<T>(workspace: string, work: (tx: WorkspaceTx) => Promise<T>): Promise<T>;
  /** As the owner of the tables, past row-level security: the directory, the job runner and migrations only. */
  asOwner<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The same for questions that are better left open than waited for: throws NoAnswer when the time is over. */
  asOwnerWithin<T>(limitMs: number, work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface DatabaseOptions {
  readonly poolConfig: pg.PoolConfig;
  /** Told about broken idle connections, which pg reports outside of any call. */
  readonly onError: (error: Error) => void;
}

/** Far longer than any server needs to let somebody in. */
const CONNECT_MS = 10_000;

/**
 * A server that takes a connection and then says nothing would keep a place in the pool for ever. The pool's own setting would
 * also limit how long one may wait for a free place, and a busy service would fail where it should only be slow.
 */
class PatientClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_MS });
  }
}

export function openDatabase({ poolConfig, onError }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    max: 12,
    ...poolConfig,
    options: '-c search_path=echofile',
    Client: PatientClient,
  });
  // Without these, a server restart (57P01) ends the process.
  // The pool says that it has ended while its last sessions still say goodbye; a server that stops then cuts them off.
  let isClosing = false;
  const report = (error: Error) => {
    if (!isClosing) onError(error);
  };
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', report));

  return {
    pool,
    inWorkspace: (workspace, work) => {
      if (!UUID.test(workspace)) throw new TypeError('not a workspace id');
      // One round trip. The id was checked above; SET takes no parameters.
      const begin = `begin; set local role echofile_app; set local echofile.workspace = '${workspace}'`;
      return transact(pool, begin, (client) => work({ workspace, ...queries(client) }));
    },
    asOwner: (work) => transact(pool, 'begin', (client) => work(queries(client))),
    asOwnerWithin: (limitMs, work) => within(pool, limitMs, work),
    close: () => {
      isClosing = true;
      return pool.end();
    },
  };
}

function queries(client: pg.PoolClient): Tx {
  return {
    rows: async <Row>(sql: string, params: readonly unknown[] = []) =>
      (await client.query(statement(sql, params))).rows as Row[],
  };
}

/** A name for each text: the server reads and plans it once per session, which takes longer than most of them run. */
const NAMES = new Map<string, string>();
/** Texts are constants. Should some ever be made up, their number is not bounded by the program's. */
const MOST_NAMES = 1_000;

function statement(sql: string, params: readonly unknown[]): pg.QueryConfig {
  // Without parameters it may be several statements, which cannot be prepared.
  if (params.length === 0) return { text: sql };
  const name = NAMES.get(sql) ?? (NAMES.size < MOST_NAMES ? `echofile_${NAMES.size}` : undefined);
  if (name !== undefined) NAMES.set(sql, name);
  return { text: sql, values: [...params], ...(name === undefined ? {} : { name }) };
}

/** The server stops the statement by itself; a server that cannot even do that has its session ended from here. */
async function within<T>(pool: pg.Pool, limitMs: number, work: (tx: Tx) => Promise<T>): Promise<T> {
  let session: pg.PoolClient | undefined;
  const tooLate = Promise.withResolvers<never>();
  const limit = setTimeout(() => {
    tooLate.reject(new NoAnswer());
    session?.end().catch(() => undefined);
  }, limitMs);
  const begin = `begin; set local statement_timeout = ${Math.ceil(limitMs)}`;
  const answer = transact(
    pool,
    begin,
    (client) => work(queries(client)),
    (client) => (session = client),
  );
  try {
    return await Promise.race([answer, tooLate.promise]);
  } catch (error) {
    const isCanceled = error instanceof pg.DatabaseError && error.code === '57014';
    throw isCanceled ? new NoAnswer() : error;
  } finally {
    clearTimeout(limit);
    session = undefined;
  }
}

async function transact<T>(
  pool: pg.Pool,
  begin: string,
  work: (client: pg.PoolClient) => Promise<T>,
  onSession?: (client: pg.PoolClient) => void,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    onSession?.(client);
    await client.query(begin);
    const result = await work(client);
    const { command } = await client.query('commit');
    // Work that swallowed the error of a statement would otherwise seem stored: PostgreSQL rolls back and says so only here.
    if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failed: unknown) => {
      broken = failed instanceof Error ? failed : new Error('rollback failed');
    });
    throw error;
  } finally {
    // A connection that could not even roll back is destroyed, never reused with another's workspace set.
    client.release(broken);
  }
}

/** The single row that a statement must return. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined || rows.length > 1) {
    throw new Error(`the statement returned ${rows.length} rows`);
  }
  return row;
}

/** The database's clock, to the microsecond, in its own spelling: what several processes compare must come from one clock. */
export async function databaseTime(tx: Tx): Promise<string> {
  const rows = await tx.rows<{ now: string }>('select clock_timestamp()::text as now');
  return only(rows).now;
}
