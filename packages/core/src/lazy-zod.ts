import { createRequire } from 'node:module'
import type * as Zod from 'zod'

let loaded: typeof Zod | undefined

/**
 * zod, loaded at first use. Importing it takes about as long as starting Node does (50-60 ms), which nobody should
 * pay for merely importing epochwatt, and schemas are needed in synchronous code: hence `require`, not `import()`.
 */
export const zod = (): typeof Zod => {
  loaded ??= createRequire(import.meta.url)('zod') as typeof Zod
  return loaded
}
