import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))

/** A target of `exports`: a path, conditions in their order, or alternatives. */
export type ExportTarget = string | null | { readonly [condition: string]: ExportTarget }

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly license?: string
  readonly bin?: string | Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, ExportTarget>>
  /** Modules of a package's own that differ by condition, e.g. in browsers. */
  readonly imports?: Readonly<Record<string, ExportTarget>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export const readManifest = (directory: string): Manifest =>
  JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest

/** Manifests of all that is published: what lies below packages/ and is not private. */
export const publishedPackages = (): readonly Manifest[] =>
  readdirSync(join(REPOSITORY, 'packages'))
    .map(folder => join(REPOSITORY, 'packages', folder))
    .filter(directory => existsSync(join(directory, 'package.json')))
    .map(readManifest)
    .filter(manifest => !manifest.private)

const pathsOf = (target: ExportTarget): readonly string[] =>
  typeof target === 'string' ? [target] : Object.values(target ?? {}).flatMap(pathsOf)

/** Every file that a manifest promises, by `exports`, `imports` and `bin`. */
export const promisedFiles = ({ exports = {}, imports = {}, bin = {} }: Manifest): readonly string[] => {
  const commands = typeof bin === 'string' ? [bin] : Object.values(bin)
  const paths = [...Object.values({ ...exports, ...imports }).flatMap(pathsOf), ...commands]
  return [...new Set(paths.map(path => path.replace(/^\.\//, '')))]
}

/** What users may write after `import`: the subpaths that lead to code. */
export const importableNames = ({ name, exports = {} }: Manifest): readonly string[] =>
  Object.entries(exports)
    .filter(([, target]) => pathsOf(target).some(path => path.endsWith('.js')))
    .map(([subpath]) => name + subpath.slice(1))
