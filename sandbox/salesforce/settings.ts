/** The external client app, as its developer registered it. */
export interface AppOptions {
  name: string;
  consumerKey: string;
  consumerSecret: string;
  redirectUris: string[];
  scopes: string[];
  /** Each refresh token works once. Default: true, as the marketplace demands. */
  rotatesRefreshTokens: boolean;
  /** Default: true. */
  requiresPkce: boolean;
  /** User name the client credentials flow runs as; the flow is off while absent. */
  runAs?: string;
}

export interface Settings {
  /** A session ends after this long without a call, in milliseconds of the clock. Default: 2 h. */
  sessionIdleMs: number;
  /** A refresh token ends after this long without use, in milliseconds of the clock. Default: 30 days. */
  refreshIdleMs: number;
  /** How long a refresh takes, in real milliseconds; a second one meanwhile is refused. Default: 0. */
  refreshTakesMs: number;
  /** Rows of a query page. Default: 2000. */
  pageSize: number;
  /** Rows of a query page when a long text area is selected. Default: 500. */
  longTextPageSize: number;
  /** How often a bulk job answers InProgress before it is complete. Default: 1. */
  bulkPolls: number;
  /** Rows of a bulk result when the caller names no number. Default: 50,000. */
  bulkPageSize: number;
}

export const DEFAULT_SETTINGS: Settings = {
  sessionIdleMs: 2 * 3_600_000,
  refreshIdleMs: 30 * 86_400_000,
  refreshTakesMs: 0,
  pageSize: 2_000,
  longTextPageSize: 500,
  bulkPolls: 1,
  bulkPageSize: 50_000,
};
