import { OptionError } from '@epochwatt/core'
import { loadSettings, type Mode, type Settings, type SettingsInput } from 'wandb-node-sdk-shim'
import { type Budget, checkBudget } from './budget-alerts.js'
import { checkRun, type WandbRun } from './wandb-run.js'

/** What is not given comes from `WANDB_...` variables and W&B's settings files, as for W&B's own SDK. */
export interface WandbExporterOptions {
  /** Project of the run that is created. Default: WANDB_PROJECT, else the tracked run's project. */
  readonly project?: string
  /** Who owns the run. Default: WANDB_ENTITY, else the owner of the API key. */
  readonly entity?: string
  /** `online`, `offline` (no network at all; upload later by `wandb-sync`) or `disabled`. Default: WANDB_MODE. */
  readonly mode?: Mode
  /** Where the `wandb` folder is made. Default: WANDB_DIR, else the current directory. */
  readonly dir?: string
  /** Any other setting of the run that is created: its name, id, group, tags, server, time limits. */
  readonly settings?: SettingsInput
  /** A run that exists: figures join it, and it is left for its owner to finish. */
  readonly run?: WandbRun
  /** The metric that is the x-axis of the figures of epochs. Default `epoch`. */
  readonly stepMetric?: string
  /** Energy or carbon beyond which W&B sends an alert, once. */
  readonly budget?: Budget
}

const NAMES: readonly string[] = [
  'project',
  'entity',
  'mode',
  'dir',
  'settings',
  'run',
  'stepMetric',
  'budget',
]
const OF_NEW_RUNS = ['project', 'entity', 'mode', 'dir', 'settings'] as const
const MODES: readonly string[] = ['online', 'offline', 'disabled']

/** A run's end, and thereby the process, waits no longer than this; what is left by then is in the run's directory. */
const LONGEST_WAIT_SECONDS = 30

const checkTexts = ({ project, entity, dir, stepMetric }: WandbExporterOptions): void => {
  for (const [name, value] of Object.entries({ project, entity, dir, stepMetric })) {
    if (value !== undefined && (typeof value !== 'string' || value.trim() === '')) {
      throw new OptionError(name, value, 'a non-empty text')
    }
  }
  if (project !== undefined && (project.length > 128 || /[/\\#?%:]/.test(project))) {
    throw new OptionError('project', project, '1 to 128 characters, none of / \\ # ? % :')
  }
  if (stepMetric?.includes('*')) {
    throw new OptionError('stepMetric', stepMetric, 'the name of one metric, without *')
  }
}

/** @throws OptionError for an unknown option, a wrong value, or options of a new run beside `run`. */
export const checkOptions = (options: WandbExporterOptions): void => {
  for (const [name, value] of Object.entries(options)) {
    if (!NAMES.includes(name)) throw new OptionError(name, value, `no such option, only ${NAMES.join(', ')}`)
  }
  checkTexts(options)
  checkBudget(options.budget)
  const { mode, settings, run } = options
  if (mode !== undefined && !MODES.includes(mode)) throw new OptionError('mode', mode, MODES.join(', '))
  if (settings !== undefined && (typeof settings !== 'object' || settings === null)) {
    throw new OptionError('settings', settings, 'an object of settings')
  }
  if (run === undefined) return
  checkRun(run)
  for (const name of OF_NEW_RUNS) {
    if (options[name] !== undefined) {
      throw new OptionError(name, options[name], 'nothing beside "run", whose owner decided it')
    }
  }
}

/** Where a run of our own goes, for a later process: all that decides it, and no key. */
export const destinationOf = (
  { stepMetric, budget, settings }: WandbExporterOptions,
  { inForce }: RunSettings,
): Readonly<Record<string, unknown>> => {
  const { apiKey: _, ...named } = settings ?? {}
  const { project, entity, rootDir, baseUrl, runId } = inForce
  return JSON.parse(
    JSON.stringify({
      project,
      entity,
      dir: rootDir,
      stepMetric,
      budget,
      settings: { ...named, baseUrl, runId },
    }),
  ) as Record<string, unknown>
}

/** Settings of a run of our own. */
export interface RunSettings {
  /** What to pass on. */
  readonly input: SettingsInput
  /** What is in force, with variables and files. */
  readonly inForce: Settings
}

/** @throws WandbError for a setting, a variable or a settings file that cannot be. */
export const settingsOf = (options: WandbExporterOptions): RunSettings => {
  const { project, entity, mode, dir, settings } = options
  const chosen: SettingsInput = {
    ...settings,
    ...(project !== undefined && { project }),
    ...(entity !== undefined && { entity }),
    ...(mode !== undefined && { mode }),
    ...(dir !== undefined && { rootDir: dir }),
  }
  const inForce = loadSettings(chosen)
  const input = {
    ...chosen,
    initTimeout: Math.min(inForce.initTimeout, LONGEST_WAIT_SECONDS),
    finishTimeout: Math.min(inForce.finishTimeout, LONGEST_WAIT_SECONDS),
  }
  return { input, inForce }
}
