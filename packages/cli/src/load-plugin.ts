import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { EpochwattError } from '@epochwatt/core'

/**
 * A plugin of the user's: beside the command, or in the project where it is run, since `npx` puts the command somewhere
 * else.
 *
 * @throws EpochwattError `PLUGIN_MISSING`.
 */
export const loadPlugin = async <Plugin>(
  name: string,
  what: string,
  beside: () => Promise<Plugin>,
): Promise<Plugin> => {
  try {
    return await beside()
  } catch {
    // Not there.
  }
  try {
    const path = createRequire(join(process.cwd(), 'any.js')).resolve(name)
    return (await import(pathToFileURL(path).href)) as Plugin
  } catch (cause) {
    throw new EpochwattError(
      'PLUGIN_MISSING',
      `${what} needs a package that is not installed: npm install ${name}.`,
      { cause },
    )
  }
}
