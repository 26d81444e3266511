// What each published entrance exports, as text without comments: `api/<package>.txt`. A change of the public API is then
// a change of these files, which a review cannot miss. Reads the declarations that `tsc -b` wrote.
//   node tools/codegen/api-surface.mjs           writes
//   node tools/codegen/api-surface.mjs --check   names what is not as written, and what has no documentation; exits 1 then
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Entrances of a package with the declarations behind them; conditions (browser, node) are entrances of their own. */
const entrancesOf = ({ name, exports }) => {
  const found = []
  const visit = (path, target) => {
    if (typeof target !== 'object' || target === null) return
    if (target.types) found.push({ path, types: target.types })
    for (const [condition, inner] of Object.entries(target))
      if (condition !== 'types') visit(`${path} (${condition})`, inner)
  }
  for (const [path, target] of Object.entries(exports ?? {})) visit(path.replace(/^\./, name), target)
  return found
}

const printer = ts.createPrinter({ removeComments: true })

const isDocumented = symbol => symbol.getDocumentationComment(undefined).length > 0

/** Every package's public surface. */
const readApi = () => {
  const packages = readdirSync(`${root}packages`).flatMap(folder => {
    const at = `${root}packages/${folder}/`
    const manifest = JSON.parse(readFileSync(`${at}package.json`, 'utf8'))
    const entrances = entrancesOf(manifest).map(({ path, types }) => ({ path, file: at + types.slice(2) }))
    return entrances.length > 0 ? [{ name: manifest.name, entrances }] : []
  })
  const files = packages.flatMap(({ entrances }) => entrances.map(({ file }) => file))
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    skipLibCheck: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  return packages.map(({ name, entrances }) => {
    const undocumented = []
    const sections = entrances.map(({ path, file }) => {
      const source = program.getSourceFile(file)
      if (!source) throw new Error(`${relative(root, file)} is missing: build first`)
      const module = checker.getSymbolAtLocation(source)
      const symbols = module ? checker.getExportsOfModule(module) : []
      const texts = symbols
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(exported => {
          const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
          // Generated from a document that is in the repository itself.
          if (symbol.declarations?.[0]?.getSourceFile().fileName.endsWith('.gen.d.ts'))
            return `${exported.name}: generated`
          if (!isDocumented(symbol)) undocumented.push(`${path}: ${exported.name}`)
          const declared = (symbol.declarations ?? []).map(declaration => {
            // A constant's keyword stands two levels above its name.
            const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
            return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
          })
          return `${exported.name === symbol.name ? '' : `${exported.name} = `}${declared.join('\n')}`
        })
      return { path, text: texts.join('\n\n') }
    })
    const text = sections
      .map(({ path, text }, index) => {
        const same = sections.slice(0, index).find(other => other.text === text)
        return `# ${path}\n\n${same && text ? `as ${same.path}` : text}`
      })
      .join('\n\n\n')
    return { name, file: name.replace('@', '').replace('/', '-'), text: `${text}\n`, undocumented }
  })
}

const folder = new URL('api/', import.meta.url)
const packages = readApi()
const expected = new Map(packages.map(({ file, text }) => [`${file}.txt`, text]))
const gone = readdirSync(folder).filter(name => !expected.has(name))

if (process.argv.includes('--check')) {
  const isWritten = ([name, text]) => {
    const at = new URL(name, folder)
    return existsSync(at) && readFileSync(at, 'utf8') === text
  }
  const changed = [...gone, ...[...expected].filter(entry => !isWritten(entry)).map(([name]) => name)]
  const undocumented = packages.flatMap(({ undocumented }) => undocumented)
  for (const name of changed)
    console.log(`changed: ${name}; if the public API is to change, run "node tools/codegen/api-surface.mjs"`)
  for (const name of undocumented) console.log(`undocumented: ${name}`)
  if (changed.length + undocumented.length > 0) process.exitCode = 1
} else {
  for (const name of gone) rmSync(new URL(name, folder))
  for (const [name, text] of expected) writeFileSync(new URL(name, folder), text)
}
