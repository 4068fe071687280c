import { performance } from 'node:perf_hooks';
import { Opened } from '../../src/platform/opened.ts';
import type { App } from '../../src/services/app.ts';
import { askForRescore, rescore, rescoreProgress } from '../../src/services/rescore.ts';
import { setStage } from '../sync/stage.ts';
import { fillWorkspace } from './people.ts';

const DAY_MS = 86_400_000;
const PROGRESS_MS = 5_000;

interface Figures {
  readonly contacts: number;
  /** Contacts whose fields in the CRM were planned anew. */
  readonly changed: number;
  readonly seconds: number;
  readonly perSecond: number;
}

export interface RescoreResult {
  /** Nobody has a score yet. */
  readonly first: Figures;
  /** Again on the same day: nothing changed. */
  readonly again: Figures;
  /** After 10 days without a word: a few scores moved. */
  readonly later: Figures;
}

type Tell = (text: string) => void;

export async function measureRescore(contacts: number, tell: Tell): Promise<RescoreResult> {
  return Opened.within(async (opened) => {
    const stage = await setStage(opened, tell);
    return stage.withoutWorkers(async (app) => {
      tell(`Filling a database with ${contacts} contacts`);
      const workspace = await fillWorkspace(app, contacts);
      const run = (at: App, what: string) =>
        runOnce(at, workspace, (text) => {
          tell(`${what}: ${text}`);
        });
      const first = await run(app, 'first');
      const again = await run(app, 'again');
      const clock = { now: () => new Date(app.clock.now().getTime() + 10 * DAY_MS) };
      return { first, again, later: await run({ ...app, clock }, 'later') };
    });
  });
}

async function runOnce(app: App, workspace: string, tell: Tell): Promise<Figures> {
  const id = await askForRescore(app, workspace);
  const start = performance.now();
  const watch = setInterval(() => {
    void rescoreProgress(app, workspace, id).then((run) => {
      if (run !== undefined) tell(`${run.done} of ${run.total}, ${run.changed} changed`);
    });
  }, PROGRESS_MS);
  try {
    await rescore(app, workspace, id);
  } finally {
    clearInterval(watch);
  }
  const seconds = (performance.now() - start) / 1000;
  const run = await rescoreProgress(app, workspace, id);
  const { done = 0, changed = 0 } = run ?? {};
  const perSecond = Math.round(done / seconds);
  return { contacts: done, changed, seconds: Math.round(seconds * 10) / 10, perSecond };
}
