import type { Koffi } from './koffi.js'

/** A function of a library that returns 0 where it succeeds. */
export type NativeCall = (...values: unknown[]) => void

/**
 * Functions of a C library that return a status, 0 for success. Each is looked up at its first call, so that one which
 * an older library lacks fails when it is called, like one that the device lacks.
 *
 * @param path Path or name of the library.
 * @param failed The error of a call that returned a status.
 * @param missing The status of a function that the library does not have.
 * @throws koffi's error when the library cannot be loaded.
 */
export const nativeCalls = (
  koffi: Koffi,
  path: string,
  failed: (call: string, status: number) => Error,
  missing: number,
) => {
  const library = koffi.load(path)
  return (name: string, ...parameters: string[]): NativeCall => {
    let bound: ((...values: unknown[]) => number) | undefined
    const load = (): ((...values: unknown[]) => number) => {
      try {
        return library.func(name, 'int', parameters)
      } catch {
        throw failed(name, missing)
      }
    }
    return (...values) => {
      bound ??= load()
      const status = bound(...values)
      if (status !== 0) throw failed(name, status)
    }
  }
}
