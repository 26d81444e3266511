import { OptionError } from '@epochwatt/core'
import type { AlertOptions, Artifact } from 'wandb-node-sdk-shim'

/**
 * What is asked of a run that somebody else keeps. Runs of wandb-node-sdk-shim have all of it. Methods may be
 * asynchronous.
 */
export interface WandbRun {
  log(data: Readonly<Record<string, unknown>>, options?: { step?: number; commit?: boolean }): unknown
  readonly config: { update(values: object, options?: { allowValChange?: boolean }): unknown }
  readonly summary: { update(values: object): unknown }
  /** The step that the next `log` without a step adds to. Where there is one, our values never end a step of yours. */
  readonly step?: number
  defineMetric?(name: string, options: { stepMetric?: string; summary?: string }): unknown
  logSystem?(metrics: Readonly<Record<string, number>>, options: { timestamp: Date }): unknown
  logArtifact?(artifact: Artifact): unknown
  alert?(options: AlertOptions): unknown
}

const ACCEPTED = 'a run with the methods log, config.update and summary.update'

const methodOf = (owner: unknown, name: string): unknown =>
  typeof owner === 'object' && owner !== null ? Reflect.get(owner, name) : undefined

/** @throws OptionError for anything that is no run. */
export const checkRun = (run: unknown): void => {
  const missing = (
    [
      ['log', run],
      ['config.update', methodOf(run, 'config')],
      ['summary.update', methodOf(run, 'summary')],
    ] as const
  ).find(([name, owner]) => typeof methodOf(owner, name.split('.').at(-1)!) !== 'function')
  if (!missing) return
  // Runs are large, and a promise of one is a likely slip: what is missing says more than what is there.
  const shown = typeof run === 'object' && run !== null ? `an object without ${missing[0]}` : run
  throw new OptionError('run', shown, run instanceof Promise ? `${ACCEPTED}, awaited` : ACCEPTED)
}
