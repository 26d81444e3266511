import type { TrackedValues } from '@epochwatt/report/trackers'
import type { WandbRun } from './wandb-run.js'

/** Where rows of figures go. */
export interface RowLog {
  log(row: TrackedValues): Promise<void>
  /** Makes sure that the last row stands in the history. */
  settle(): Promise<void>
}

/** Rows of a run that nobody else logs to. */
export const ownRows = (run: WandbRun): RowLog => ({
  log: async row => void (await run.log(row)),
  settle: async () => {},
})

/**
 * Rows of a run that somebody else logs to. Ending a step would make W&B drop what its owner logs to that step later,
 * so values join the step that is open, and only when the owner leaves it open for longer than an epoch is it ended.
 */
export const sharedRows = (run: WandbRun): RowLog => {
  if (run.step === undefined) return ownRows(run)
  let openStep: number | undefined
  const settle = async () => {
    if (openStep !== undefined && run.step === openStep) await run.log({}, { commit: true })
    openStep = undefined
  }
  return {
    log: async row => {
      await settle()
      await run.log(row, { commit: false })
      openStep = run.step
    },
    settle,
  }
}
