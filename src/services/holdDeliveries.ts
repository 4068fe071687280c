import { keepInHand } from '../store/sending.ts';
import type { App } from './app.ts';

/** A fifth of the time after which `schedule` takes deliveries for forgotten that gave no sign. */
const SIGN_MS = 120_000;

/** Shows that the deliveries are in hand for as long as the work takes: a call may wait hours for its turn. */
export async function holdDeliveries<T>(
  app: App,
  held: { readonly workspace: string; readonly ids: readonly string[] },
  work: () => Promise<T>,
): Promise<T> {
  const { workspace, ids } = held;
  const signs = setInterval(() => {
    app.database
      .inWorkspace(workspace, (tx) => keepInHand(tx, ids))
      .catch((error: unknown) => {
        app.logger.warn(
          { event: 'sign_failed', workspace, count: ids.length, error },
          'deliveries in hand may be taken for forgotten and sent twice',
        );
      });
  }, SIGN_MS);
  try {
    return await work();
  } finally {
    clearInterval(signs);
  }
}
