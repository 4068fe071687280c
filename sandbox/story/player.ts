import type { BlogStep, BlueskyStep, Step } from './types.ts';

/** What the player plays on. Each server is optional: the other steps are still reported. */
export interface Stage {
  bluesky?: { apply(step: BlueskyStep): void };
  blog?: { apply(step: BlogStep): void };
}

export interface PlayOptions {
  steps: readonly Step[];
  /** Called after each step; the player waits for the promise, so a caller can pause here. */
  onStep?: (step: Step, index: number) => void | Promise<void>;
  /** Milliseconds between two steps. Default 0: as fast as possible. */
  paceMs?: number;
  /** Stops before the next step. */
  signal?: AbortSignal;
}

function applyStep(stage: Stage, step: Step): void {
  if (step.server === 'bluesky') stage.bluesky?.apply(step);
  else stage.blog?.apply(step);
}

/** Plays the steps in order and answers how many were played. It knows the networks only, no CRM and no reader of them. */
export async function playStory(stage: Stage, options: PlayOptions): Promise<number> {
  const { steps, onStep, paceMs = 0, signal } = options;
  for (const [index, step] of steps.entries()) {
    if (signal?.aborted === true) return index;
    if (index > 0 && paceMs > 0) await pause(paceMs, signal);
    applyStep(stage, step);
    await onStep?.(step, index);
  }
  return steps.length;
}

/** The part of the story up to and including a step, or up to the end of a phase (`p2`). */
export function stepsUntil(steps: readonly Step[], target: string): Step[] {
  const last = steps.findLastIndex(({ id, phase }) => id === target || phase === target);
  if (last === -1) throw new Error(`The story has no step and no phase ${target}`);
  return steps.slice(0, last + 1);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
