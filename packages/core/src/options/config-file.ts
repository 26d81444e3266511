import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname, join, resolve } from 'node:path'
import { EpochwattError, messageOf } from '../errors.js'

/** Looked for in the working directory, in this order; the first one counts. */
const CONFIG_FILES = ['.json', '.ts', '.mts', '.mjs', '.js', '.cjs'].map(
  ending => `epochwatt.config${ending}`,
)

/** Path of one more config file, e.g. that of an institution for all of its machines; the project's own wins. */
const ORGANISATION_CONFIG = 'EPOCHWATT_CONFIG'

export interface ConfigFile {
  /** As messages name it. */
  readonly name: string
  readonly content: unknown
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Without what stands at that place, which the engine would quote: config files hold passwords of meters. */
const jsonProblem = (error: unknown): string =>
  messageOf(error).replace(/, (?:\.{3})?"[\s\S]*is not valid JSON$/, '')

const malformed = (name: string, problem: string, cause: unknown): EpochwattError =>
  new EpochwattError('CONFIG_MALFORMED', `${name} ${problem}.`, { cause })

/** Why code could not be loaded here, where the engine's own words do not say it. */
const hint = (path: string, error: unknown): string => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ERR_REQUIRE_ASYNC_MODULE') return '; a config file may not use top-level await'
  if (/\.m?ts$/.test(path) && error instanceof SyntaxError)
    return '; TypeScript needs Node 22.18 or newer, or a loader such as tsx: else write epochwatt.config.mjs'
  return ''
}

const load = (path: string, text: string, name: string): ConfigFile => {
  if (extname(path) === '.json') {
    try {
      return { name, content: JSON.parse(text) }
    } catch (cause) {
      const problem = jsonProblem(cause)
      throw malformed(name, `is not JSON: ${problem}`, new SyntaxError(problem))
    }
  }
  try {
    // Options are needed before the first line of a training: `require` loads modules of both kinds, and at once.
    const loaded = createRequire(path)(path) as { readonly default?: unknown }
    return { name, content: loaded.default ?? loaded }
  } catch (cause) {
    throw malformed(name, `cannot be loaded: ${messageOf(cause)}${hint(path, cause)}`, cause)
  }
}

const readFile = (path: string, name: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) throw cause
    throw new EpochwattError('CONFIG_UNREADABLE', `${name} cannot be read: ${messageOf(cause)}.`, { cause })
  }
}

const projectConfig = (directory: string): ConfigFile | undefined => {
  for (const name of CONFIG_FILES) {
    const path = resolve(join(directory, name))
    try {
      return load(path, readFile(path, name), name)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
  return undefined
}

const organisationConfig = (path: string): ConfigFile => {
  try {
    return load(resolve(path), readFile(path, path), path)
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    const message = `${ORGANISATION_CONFIG} is ${JSON.stringify(path)}, which does not exist; accepted: the path of a config file.`
    throw new EpochwattError('CONFIG_UNREADABLE', message, { cause })
  }
}

/**
 * The config files that hold for a script in `directory`, the one that wins first.
 *
 * @throws EpochwattError `CONFIG_UNREADABLE` or `CONFIG_MALFORMED`.
 */
export const findConfigFiles = (
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigFile[] => {
  const organisation = environment[ORGANISATION_CONFIG]
  return [projectConfig(directory), organisation ? organisationConfig(organisation) : undefined].filter(
    file => file !== undefined,
  )
}
