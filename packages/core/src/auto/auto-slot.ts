/** Where the run that was started for the whole process is known, also to another copy of this package. */
const SLOT = Symbol.for('epochwatt.auto')

export interface AutoRun {
  /** Ends the run and removes what was written of it. */
  discard(): void
}

type Holder = { [SLOT]?: AutoRun | undefined }

export const setAutoRun = (run: AutoRun | undefined): void => {
  ;(globalThis as Holder)[SLOT] = run
}

/**
 * A script that tracks itself says better than we what belongs to its run: the one that was begun on its behalf makes
 * way, since a joule in two runs of one store would be counted twice.
 */
export const discardAutoRun = (): void => {
  const { [SLOT]: run } = globalThis as Holder
  if (!run) return
  setAutoRun(undefined)
  run.discard()
}
