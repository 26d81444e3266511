import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

type Environment = Readonly<Record<string, string | undefined>>

/** A tracking service that an exporter of ours knows. */
export interface KnownTracker {
  readonly name: 'mlflow' | 'wandb'
  readonly package: string
  /** Its own variables say that runs go there. */
  readonly isWanted: (environment: Environment) => boolean
}

const isSet = (environment: Environment, ...names: readonly string[]): boolean =>
  names.some(name => (environment[name] ?? '').trim() !== '')

export const KNOWN_TRACKERS: readonly KnownTracker[] = [
  {
    name: 'mlflow',
    package: '@epochwatt/mlflow-plugin',
    isWanted: environment => isSet(environment, 'MLFLOW_TRACKING_URI'),
  },
  {
    name: 'wandb',
    package: '@epochwatt/wandb-plugin',
    isWanted: environment =>
      environment.WANDB_MODE !== 'disabled' &&
      !/^(1|t|true|y|yes|on)$/i.test(environment.WANDB_DISABLED ?? '') &&
      isSet(environment, 'WANDB_API_KEY', 'WANDB_PROJECT', 'WANDB_MODE'),
  },
]

/** Where packages of the user's are looked for: the working directory, the script, the engine itself. */
const roots = (): string[] => [
  process.cwd(),
  ...(process.argv[1] ? [dirname(process.argv[1])] : []),
  // Beside the engine: where a package manager puts everything into one folder.
  dirname(fileURLToPath(import.meta.url)),
]

/** URL of a package's entrance as the user's project sees it; undefined where it is not installed. Imports nothing. */
export const resolvePackage = (name: string): string | undefined => {
  for (const root of roots()) {
    try {
      return pathToFileURL(createRequire(join(root, 'any.js')).resolve(name)).href
    } catch {
      // Not from there.
    }
  }
  return undefined
}

/** An exporter that nobody asked for in code, but the environment did. */
export interface AutomaticExporter {
  readonly name: string
  readonly package: string
  readonly module: string
}

/** Exporters that the variables of tracking services turn on: those whose package is installed. */
export const automaticExporters = (environment: Environment = process.env): AutomaticExporter[] =>
  KNOWN_TRACKERS.filter(({ isWanted }) => isWanted(environment)).flatMap(tracker => {
    const module = resolvePackage(tracker.package)
    return module ? [{ name: tracker.name, package: tracker.package, module }] : []
  })
