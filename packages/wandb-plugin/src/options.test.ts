import { OptionError } from '@epochwatt/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { WandbError } from 'wandb-node-sdk-shim'
import type { WandbExporterOptions } from './options.js'
import { wandb } from './wandb.js'

afterEach(() => vi.unstubAllEnvs())

/** What somebody may write where no compiler looks. */
const refused = (options: object): OptionError => {
  try {
    wandb(options as WandbExporterOptions)
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError)
    return error as OptionError
  }
  throw new Error('accepted')
}

const run = { log: () => {}, config: { update: () => {} }, summary: { update: () => {} } }

describe('the W&B exporter, before anything is sent', () => {
  it.each([
    [{ project: ' ' }, 'Option "project" is " "; accepted: a non-empty text.'],
    [{ project: 'a/b' }, 'Option "project" is "a/b"; accepted: 1 to 128 characters, none of / \\ # ? % :.'],
    [{ entity: 5 }, 'Option "entity" is 5; accepted: a non-empty text.'],
    [{ dir: '' }, 'Option "dir" is ""; accepted: a non-empty text.'],
    [{ mode: 'ofline' }, 'Option "mode" is "ofline"; accepted: online, offline, disabled.'],
    [
      { stepMetric: 'epoch*' },
      'Option "stepMetric" is "epoch*"; accepted: the name of one metric, without *.',
    ],
    [{ settings: 'quiet' }, 'Option "settings" is "quiet"; accepted: an object of settings.'],
    [{ experiment: 'x' }, /^Option "experiment" is "x"; accepted: no such option, only project, entity,/],
    [
      { run, project: 'p' },
      'Option "project" is "p"; accepted: nothing beside "run", whose owner decided it.',
    ],
    [{ run: 'abc' }, /^Option "run" is "abc"; accepted: a run with the methods log, config\.update/],
    [{ run: null }, /^Option "run" is null/],
    [{ run: { ...run, summary: {} } }, /^Option "run" is "an object without summary\.update"/],
    [{ run: Promise.resolve(run) }, /"an object without log".*, awaited\.$/],
  ])('refuses %j', (options, message) => {
    expect(refused(options).message).toEqual(
      typeof message === 'string' ? message : expect.stringMatching(message),
    )
  })

  it('refuses settings and variables that cannot be, by their name', () => {
    expect(() => wandb({ settings: { initTimeout: -1 } })).toThrow(WandbError)
    expect(() => wandb({ settings: { initTimeout: -1 } })).toThrow(/initTimeout/)
    vi.stubEnv('WANDB_MODE', 'ofline')
    expect(() => wandb()).toThrow(/WANDB_MODE is "ofline"/)
  })

  it('takes every make of run', () => {
    expect(wandb({ run, stepMetric: 'round' }).name).toBe('wandb')
  })
})
