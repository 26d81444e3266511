// Entrances of all published packages, and their declarations as `tsc -b` wrote them.
import { readdirSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Entrances of a package with the declarations behind them; conditions (browser, node) are entrances of their own. */
const entrancesOf = ({ name, exports }, folder) => {
  const found = []
  const visit = (path, target) => {
    if (typeof target !== 'object' || target === null) return
    if (target.types) found.push({ path, file: folder + target.types.slice(2) })
    for (const [condition, inner] of Object.entries(target))
      if (condition !== 'types') visit(`${path} (${condition})`, inner)
  }
  for (const [path, target] of Object.entries(exports ?? {})) visit(path.replace(/^\./, name), target)
  return found
}

/** Packages that export anything, each with `name` and `entrances`. */
export const readPackages = () =>
  readdirSync(`${root}packages`).flatMap(name => {
    const folder = `${root}packages/${name}/`
    const manifest = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'))
    const entrances = entrancesOf(manifest, folder)
    return entrances.length > 0 ? [{ name: manifest.name, entrances }] : []
  })

/** Compiles all entrances. `exportsOf` gives the exports of one, by name, each as `name` and the `symbol` it stands for. */
export const compileEntrances = packages => {
  const files = packages.flatMap(({ entrances }) => entrances.map(({ file }) => file))
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    skipLibCheck: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const exportsOf = ({ file }) => {
    const source = program.getSourceFile(file)
    if (!source) throw new Error(`${relative(root, file)} is missing: build first`)
    const module = checker.getSymbolAtLocation(source)
    return (module ? checker.getExportsOfModule(module) : [])
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(exported => ({
        name: exported.name,
        symbol: exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported,
      }))
  }
  return { checker, exportsOf }
}

/** Generated from a document that is in the repository itself. */
export const isGenerated = symbol =>
  symbol.declarations?.[0]?.getSourceFile().fileName.endsWith('.gen.d.ts') === true
