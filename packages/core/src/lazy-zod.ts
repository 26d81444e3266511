import { createRequire } from 'node:module'
import type * as Zod from 'zod'
import { EpochwattError } from './errors.js'

let loaded: typeof Zod | undefined

/**
 * zod, loaded at first use. Importing it takes about as long as starting Node does (50-60 ms), which nobody should
 * pay for merely importing epochwatt, and schemas are needed in synchronous code: hence `require`, not `import()`.
 *
 * @throws EpochwattError `ZOD_MISSING` in a program bundled into one file that nothing was installed beside.
 */
export const zod = (): typeof Zod => {
  try {
    loaded ??= createRequire(import.meta.url)('zod') as typeof Zod
  } catch (cause) {
    const message =
      'zod cannot be loaded. A bundled program that reads records or epochwatt.config.json needs it installed beside the bundle.'
    throw new EpochwattError('ZOD_MISSING', message, { cause })
  }
  return loaded
}

/** Loads it in the way that bundlers follow, ahead of synchronous code. What stays missing is said by `zod()`. */
export const loadZod = async (): Promise<void> => {
  try {
    loaded ??= await import('zod')
  } catch {
    // Nothing was lost yet.
  }
}
