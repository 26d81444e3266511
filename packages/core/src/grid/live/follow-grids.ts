import { GridPoller, type GridPollerPlan, type LiveGrid } from './grid-poller.js'

/** Publishers that are followed beside a run. */
export interface GridFollower {
  /** A last round of each. Never rejects, and takes no longer than the time given. */
  finish(timeoutMs: number): Promise<void>
  stop(): void
}

/** Follows every publisher by itself: one that fails or is slow keeps none of the others waiting. */
export const followGrids = (
  grids: readonly LiveGrid[],
  plan: Omit<GridPollerPlan, keyof LiveGrid>,
): GridFollower => {
  const pollers = grids.map(grid => new GridPoller({ ...grid, ...plan }))
  return {
    finish: async timeoutMs => {
      await Promise.all(pollers.map(poller => poller.finish(timeoutMs)))
    },
    stop: () => {
      for (const poller of pollers) poller.stop()
    },
  }
}
