import type { Step } from './types.ts';

/** Changes that take something back: whoever looks only afterwards never saw what was there. */
const TAKES_BACK = new Set(['edit', 'remove', 'delete', 'status', 'trash', 'gone', 'handle']);

/** The steps in order, cut before each run of changes that take back what an earlier chapter brought. */
export function chaptersOf(steps: readonly Step[]): Step[][] {
  const chapters: Step[][] = [];
  let wasTaking = true;
  for (const step of steps) {
    const isTaking = TAKES_BACK.has(step.change.kind) || step.id.endsWith('-edit');
    const open = chapters.at(-1);
    if (open === undefined || (isTaking && !wasTaking)) chapters.push([step]);
    else open.push(step);
    wasTaking = isTaking;
  }
  return chapters;
}
