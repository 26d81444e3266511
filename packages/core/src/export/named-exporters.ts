import { OptionError } from '../errors.js'
import { EXPORTER_PACKAGES, type ExporterName } from './exporter-names.js'
import { type AutomaticExporter, resolvePackage } from './known-trackers.js'

/**
 * Exporters by their names, for the thread that delivers.
 *
 * @throws OptionError naming the package that is not installed.
 */
export const namedExporters = (
  names: readonly ExporterName[],
  resolve = resolvePackage,
): AutomaticExporter[] =>
  names.map(name => {
    const packageName = EXPORTER_PACKAGES[name]
    const module = resolve(packageName)
    if (module) return { name, package: packageName, module }
    throw new OptionError('exporters', name, `exporters that are installed: npm install ${packageName}`)
  })
