export type { Connection } from './cluster.ts';
export { startEmbedded } from './embedded.ts';
export { EmbeddedPostgresFailed } from './failure.ts';
