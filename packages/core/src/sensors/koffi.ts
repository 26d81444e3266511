import { createRequire } from 'node:module'

/** What we use of koffi, so that its types are not needed where it is not installed. */
export interface Koffi {
  load(path: string): {
    func(name: string, result: string, parameters: readonly string[]): (...values: unknown[]) => number
  }
  decode(buffer: Buffer, type: string): unknown
}

/** Where koffi is, if it is installed: the sampler's thread, whose code is a string, could not find it by its name. */
export const findKoffi = (): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve('koffi')
  } catch {
    return undefined
  }
}

/** @throws koffi's error when it cannot be loaded. */
export const loadKoffi = (path: string): Koffi => createRequire(path)(path) as Koffi
