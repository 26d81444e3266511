import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EpochwattError } from '../errors.js'
import type { PortableExporter, RunExporter } from './exporter.js'

/** Whether another thread can make this exporter: a bundle has no module beside it, and a function cannot be copied. */
export const isPortable = (
  exporter: RunExporter,
): exporter is RunExporter & { portable: PortableExporter } => {
  const { portable } = exporter
  if (!portable) return false
  try {
    structuredClone(portable.options)
    return existsSync(fileURLToPath(portable.module))
  } catch {
    return false
  }
}

const isExporter = (value: unknown): value is RunExporter =>
  typeof value === 'object' &&
  value !== null &&
  typeof Reflect.get(value, 'name') === 'string' &&
  typeof Reflect.get(value, 'export') === 'function'

/**
 * Makes an exporter from a module's `createExporter(options)`.
 *
 * @throws EpochwattError `EXPORTER_UNUSABLE`, and whatever the module or its factory throws.
 */
export const loadExporter = async (module: string, options: unknown): Promise<RunExporter> => {
  const loaded: unknown = await import(module)
  const create = Reflect.get(loaded as object, 'createExporter') as unknown
  const exporter: unknown = typeof create === 'function' ? create(options) : undefined
  if (isExporter(exporter)) return exporter
  throw new EpochwattError(
    'EXPORTER_UNUSABLE',
    `${module} has no function createExporter that returns an exporter; update it to the version of @epochwatt/core.`,
  )
}
