import { EpochwattError, OptionError } from '../errors.js'
import { zod } from '../lazy-zod.js'
import { type Policy, policySchema, wrongPolicy } from '../policy/policy.js'
import { closest } from './closest.js'
import { type ConfigFile, findConfigFiles } from './config-file.js'
import { OPTIONS, type OptionDefinition, type OptionName, type TrackingOptions } from './definitions.js'

/** Where an option's value came from. */
export type OptionSource = 'option' | 'environment' | 'config'

export interface ResolvedOptions {
  readonly values: Readonly<TrackingOptions>
  readonly sources: ReadonlyMap<OptionName, OptionSource>
  /** What config files demand of every run; one file's policy does not replace another's. */
  readonly policies: readonly Policy[]
}

/** `samplingIntervalMs` → `EPOCHWATT_SAMPLING_INTERVAL_MS`. */
export const environmentName = (name: OptionName): string =>
  `EPOCHWATT_${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`

const check = (
  { accepts, accepted, isSecret }: OptionDefinition,
  value: unknown,
  shownAs: string,
  given: unknown,
): void => {
  if (!accepts(value)) throw new OptionError(shownAs, isSecret ? '(not shown)' : given, accepted)
}

const unknownOption = (name: string, where: string): EpochwattError => {
  const names = OPTIONS.map(option => option.name)
  const near = closest(name, names)
  const hint = near ? `Did you mean "${near}"?` : `Accepted: ${names.join(', ')}.`
  return new EpochwattError('OPTION_UNKNOWN', `Unknown option "${name}"${where}. ${hint}`)
}

/** What a config file may hold: the rows of the option table, a policy, and a schema's address for editors. */
const configSchema = () => {
  const z = zod()
  return z.strictObject({
    $schema: z.string().optional(),
    policy: policySchema().optional(),
    ...Object.fromEntries(OPTIONS.map(({ name, accepts }) => [name, z.unknown().refine(accepts).optional()])),
  })
}

const checkedConfig = ({ name: file, content }: ConfigFile): Record<string, unknown> => {
  const result = configSchema().safeParse(content)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (issue?.path[0] === 'policy') throw wrongPolicy(issue, content, file)
  const [name] = issue?.code === 'unrecognized_keys' ? issue.keys : (issue?.path ?? [])
  if (typeof name !== 'string') {
    throw new EpochwattError('CONFIG_MALFORMED', `${file} must hold one JSON object of options.`)
  }
  const definition = OPTIONS.find(option => option.name === name)
  if (!definition) throw unknownOption(name, ` in ${file}`)
  const given = definition.isSecret ? '(not shown)' : (content as Record<string, unknown>)[name]
  throw new OptionError(`${name} in ${file}`, given, definition.accepted)
}

/**
 * Collects options from the argument, the environment and the config file, and checks every one of them.
 *
 * @throws OptionError for a wrong value, EpochwattError `OPTION_UNKNOWN`, `CONFIG_UNREADABLE` or `CONFIG_MALFORMED`.
 */
export const resolveOptions = (
  argument: TrackingOptions = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
  directory: string = process.cwd(),
): ResolvedOptions => {
  const known = new Set<string>(OPTIONS.map(({ name }) => name))
  const configs = findConfigFiles(directory, environment).map(checkedConfig)
  const config: Record<string, unknown> = Object.assign({}, ...configs.toReversed())
  for (const name of Object.keys(argument)) if (!known.has(name)) throw unknownOption(name, '')

  const values: Record<string, unknown> = {}
  const sources = new Map<OptionName, OptionSource>()
  for (const definition of OPTIONS) {
    const { name, fromText } = definition
    const variable = environmentName(name)
    const text = environment[variable]
    if (argument[name] !== undefined) {
      check(definition, argument[name], name, argument[name])
      values[name] = argument[name]
      sources.set(name, 'option')
    } else if (fromText && text !== undefined && text !== '') {
      const value = fromText(text)
      check(definition, value, variable, text)
      values[name] = value
      sources.set(name, 'environment')
    } else if (config[name] !== undefined) {
      values[name] = config[name]
      sources.set(name, 'config')
    }
  }
  const policies = configs.flatMap(({ policy }) => (policy ? [policy as Policy] : []))
  return { values, sources, policies }
}
