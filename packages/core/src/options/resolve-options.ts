import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EpochwattError, OptionError } from '../errors.js'
import { zod } from '../lazy-zod.js'
import { closest } from './closest.js'
import { OPTIONS, type OptionDefinition, type OptionName, type TrackingOptions } from './definitions.js'

/** Where an option's value came from. */
export type OptionSource = 'option' | 'environment' | 'config'

export interface ResolvedOptions {
  readonly values: Readonly<TrackingOptions>
  readonly sources: ReadonlyMap<OptionName, OptionSource>
}

/** Looked for in the working directory. */
export const CONFIG_FILE = 'epochwatt.config.json'

/** `samplingIntervalMs` → `EPOCHWATT_SAMPLING_INTERVAL_MS`. */
export const environmentName = (name: OptionName): string =>
  `EPOCHWATT_${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`

const check = (
  { accepts, accepted }: OptionDefinition,
  value: unknown,
  shownAs: string,
  given: unknown,
): void => {
  if (!accepts(value)) throw new OptionError(shownAs, given, accepted)
}

/** What a config file may hold: the rows of the option table, and a schema's address for editors. */
const configSchema = () => {
  const z = zod()
  const rows = OPTIONS.filter(({ onlyInCode }) => !onlyInCode)
  return z.strictObject({
    $schema: z.string().optional(),
    ...Object.fromEntries(rows.map(({ name, accepts }) => [name, z.unknown().refine(accepts).optional()])),
  })
}

const unknownOption = (name: string, where: string): EpochwattError => {
  const names = OPTIONS.map(option => option.name)
  const near = closest(name, names)
  const hint = near ? `Did you mean "${near}"?` : `Accepted: ${names.join(', ')}.`
  return new EpochwattError('OPTION_UNKNOWN', `Unknown option "${name}"${where}. ${hint}`)
}

const readConfig = (directory: string): Record<string, unknown> => {
  const path = join(directory, CONFIG_FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new EpochwattError(
      'CONFIG_UNREADABLE',
      `${CONFIG_FILE} cannot be read: ${(cause as Error).message}.`,
      { cause },
    )
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new EpochwattError('CONFIG_MALFORMED', `${CONFIG_FILE} is not JSON: ${(cause as Error).message}.`, {
      cause,
    })
  }
  const result = configSchema().safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const [name] = issue?.code === 'unrecognized_keys' ? issue.keys : (issue?.path ?? [])
  if (typeof name !== 'string') {
    throw new EpochwattError('CONFIG_MALFORMED', `${CONFIG_FILE} must hold one JSON object of options.`)
  }
  const definition = OPTIONS.find(option => option.name === name)
  if (!definition) throw unknownOption(name, ` in ${CONFIG_FILE}`)
  const accepted = definition.onlyInCode ? 'nothing here: it can only be given in code' : definition.accepted
  throw new OptionError(`${name} in ${CONFIG_FILE}`, (value as Record<string, unknown>)[name], accepted)
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
  const config = readConfig(directory)
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
  return { values, sources }
}
