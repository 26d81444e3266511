import type { AsyncScope, Platform } from '../platform/platform.js'
import type { ActiveRun } from './active-run.js'

/** A run that is being started or under way. */
export interface StackedRun {
  readonly started: Promise<ActiveRun>
  /** Set once it has started. */
  active: ActiveRun | undefined
}

/** The runs of one line of work, the innermost last. */
export interface RunScope {
  readonly stack: StackedRun[]
}

/**
 * Which run a call without a run means. Outside of any `startRun(options, fn)` there is one stack for the process;
 * within one, and in all that it calls, however concurrently, there is one of its own.
 */
export interface RunScopes {
  current(): RunScope
  within<R>(run: StackedRun, fn: () => R): R
}

export const createRunScopes = (platform: Platform): RunScopes => {
  const outermost: RunScope = { stack: [] }
  const scopes: AsyncScope<RunScope> = platform.createAsyncScope()
  return {
    current: () => scopes.current() ?? outermost,
    within: (run, fn) => scopes.run({ stack: [run] }, fn),
  }
}
