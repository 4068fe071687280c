export type { Connection } from './cluster.ts';
export { startEmbedded, type EmbeddedOptions, type EmbeddedPostgres } from './embedded.ts';
export { EmbeddedPostgresFailed } from './failure.ts';
