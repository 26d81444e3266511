import type { AsyncScope, Platform } from '../platform/platform.js'
import type { ActiveRun } from './active-run.js'

/** A run that is being started or under way. */
export interface StackedRun {
  readonly started: Promise<ActiveRun>
  /** Set once it has started. */
  active: ActiveRun | undefined
}

/** The runs of one line of work, the innermost last. */
export type RunStack = StackedRun[]

/**
 * Which run a call without a run means. Outside of any `startRun(options, fn)` there is one stack for the process;
 * within one, and in all that it calls, however concurrently, there is one of its own.
 */
export interface RunScopes {
  current(): RunStack
  within<R>(run: StackedRun, fn: () => R): R
}

export const createRunScopes = (platform: Platform): RunScopes => {
  const outermost: RunStack = []
  const scopes: AsyncScope<RunStack> = platform.createAsyncScope()
  return {
    current: () => scopes.current() ?? outermost,
    within: (run, fn) => scopes.run([run], fn),
  }
}

/** The run that is active, if there is one. A run may also be ended by its own method. */
export const innermost = (stack: RunStack): StackedRun | undefined => {
  while (stack.at(-1)?.active?.isEnded) stack.pop()
  return stack.at(-1)
}
