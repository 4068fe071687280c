/** The embedded database cannot be made, started or stopped. The message says what to do about it. */
export class EmbeddedPostgresFailed extends Error {
  readonly code = 'EMBEDDED_POSTGRES_FAILED';
  readonly logMessage: string;

  /** `serverLog` is shown to the operator with the message, but not written to our own log. */
  constructor(message: string, serverLog = '') {
    super(serverLog === '' ? message : `${message}\n${serverLog}`);
    this.name = 'EmbeddedPostgresFailed';
    this.logMessage = message;
  }
}

/** Ends messages about machines the embedded database cannot run on. */
export const USE_A_SERVER = 'Set DATABASE_URL to a PostgreSQL server (16 or newer) instead.';
