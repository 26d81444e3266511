import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { build } from 'esbuild'
import type { PackedPackage } from './pack.js'
import { promisedFiles } from './published-packages.js'

export interface ShippedModules {
  /** Modules, without extension, that users can reach from `exports` and `bin`. */
  readonly reached: ReadonlySet<string>
  /** Packages and Node modules that reached code and reached types import, by their names. */
  readonly imported: ReadonlySet<string>
}

const stemOf = (file: string): string => file.replace(/(\.d\.ts|\.js)$/, '')
const packageOf = (specifier: string): string =>
  specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

const followCode = async (directory: string, entries: readonly string[]) => {
  const { metafile } = await build({
    absWorkingDir: directory,
    entryPoints: entries.map(entry => join(directory, entry)),
    outdir: 'unused',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  })
  return Object.entries(metafile.inputs)
}

/** Modules that code names by their address, for another thread to import. */
const addressedModules = (directory: string, files: readonly string[]): string[] =>
  files.flatMap(file =>
    [
      ...readFileSync(join(directory, file), 'utf8').matchAll(
        /new URL\(\s*['"](\.[^'"]+\.js)['"],\s*import\.meta\.url/g,
      ),
    ]
      .map(match => posix.join(posix.dirname(file), match[1]!))
      .filter(module => existsSync(join(directory, module))),
  )

/** Declarations have no strings in which a comment could seem to begin. */
const typeImports = (text: string): readonly string[] =>
  [
    ...text
      .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      .matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g),
  ].map(match => match[1]!)

/** Follows the imports of a packed package from all its entrances, in code and in types. */
export const followImports = async ({ directory, manifest }: PackedPackage): Promise<ShippedModules> => {
  const reached = new Set<string>()
  const imported = new Set<string>()
  const entries = promisedFiles(manifest)
  const code = entries.filter(path => path.endsWith('.js'))
  const first = await followCode(directory, code)
  const addressed = addressedModules(
    directory,
    first.map(([file]) => file),
  )
  for (const [file, { imports }] of await followCode(directory, [...code, ...addressed])) {
    reached.add(stemOf(file))
    for (const { path, external } of imports) if (external) imported.add(packageOf(path))
  }
  // Flat files have no declarations of their own: the entrances' are named apart.
  const declarations = new Set(
    [...reached].map(stem => `${stem}.d.ts`).filter(file => existsSync(join(directory, file))),
  )
  for (const entry of entries) if (entry.endsWith('.d.ts')) declarations.add(entry)
  // A set yields what is added to it while it is walked.
  for (const file of declarations) {
    reached.add(stemOf(file))
    for (const specifier of typeImports(readFileSync(join(directory, file), 'utf8'))) {
      if (!specifier.startsWith('.')) imported.add(packageOf(specifier))
      else declarations.add(posix.join(posix.dirname(file), specifier.replace(/\.js$/, '.d.ts')))
    }
  }
  return { reached, imported }
}
