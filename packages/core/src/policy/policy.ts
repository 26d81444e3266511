import { OptionError } from '../errors.js'
import { zod } from '../lazy-zod.js'

/** Limits to one run or to the runs of a month. */
export interface Caps {
  /** Hours since the run began. */
  readonly hours?: number
  /** Energy attributed, kWh. */
  readonly kWh?: number
  /** Operational carbon, gCO2e. */
  readonly gCO2e?: number
}

/** What an institution asks of every run, in the `policy` of a config file. Several files' policies all hold. */
export interface Policy {
  /** Names of tags without which no run starts, e.g. `["team", "user"]`. */
  readonly requiredTags?: readonly string[]
  readonly perRun?: Caps
  /** For all runs of a project in a month (UTC), as far as this run store knows them. */
  readonly perProjectMonth?: Caps
  /** `warn` (default), or `stop`: the tracker's signal is aborted, which the TensorFlow.js callback and `epochwatt run` obey. */
  readonly action?: 'warn' | 'stop'
}

export const policySchema = () => {
  const z = zod()
  const limit = z.number().positive().optional()
  const caps = z.strictObject({ hours: limit, kWh: limit, gCO2e: limit }).optional()
  return z.strictObject({
    requiredTags: z.array(z.string().trim().min(1)).optional(),
    perRun: caps,
    perProjectMonth: caps,
    action: z.enum(['warn', 'stop']).optional(),
  })
}

const ACCEPTED: Readonly<Record<string, string>> = {
  policy: 'an object of requiredTags, perRun, perProjectMonth and action',
  requiredTags: 'a list of names of tags',
  perRun: 'an object of hours, kWh and gCO2e, each a number above 0',
  perProjectMonth: 'an object of hours, kWh and gCO2e, each a number above 0',
  action: '"warn" or "stop"',
}

/** The error for the part of a policy that a schema's issue points at. */
export const wrongPolicy = (
  { path }: { readonly path: readonly PropertyKey[] },
  content: unknown,
  file: string,
): OptionError => {
  // Up to the part that has an accepted form of its own: `policy.perRun`, for whatever is wrong in it.
  const parts = path.slice(0, 2).map(String)
  const value = parts.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)?.[key], content)
  return new OptionError(`${parts.join('.')} in ${file}`, value, ACCEPTED[parts.at(-1)!] ?? ACCEPTED.policy!)
}
