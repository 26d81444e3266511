// What each published entrance exports, as text without comments: `api/<package>.txt`. A change of the public API is then
// a change of these files, which a review cannot miss. Reads the declarations that `tsc -b` wrote.
//   node tools/codegen/api-surface.mjs           writes
//   node tools/codegen/api-surface.mjs --check   names what is not as written, what has no documentation, and numbers without
//                                                a unit in their name or documentation; exits 1 then
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import ts from 'typescript'
import { compileEntrances, isGenerated, readPackages } from './entrances.mjs'

const printer = ts.createPrinter({ removeComments: true })

const isDocumented = symbol => symbol.getDocumentationComment(undefined).length > 0

/** Units as names have them, and words for what is counted, is a share or has none. */
const UNIT =
  /watts|joules|kwh|wh$|hours|days|years|seconds|ms$|ns$|_[ghsw]$|year|code|height|page$|kg|gb$|bytes|percent|volts|ticks|index|count|number|seq|share|ratio|factor|efficiency|status|port|step|version|size|width|length|limit|items|value|low|high|retries|jitter|memory|calls|bands?$/i

/** A figure without a unit is nobody's to use. */
const vagueNumbers = (checker, { name, symbol }) => {
  if (isGenerated(symbol) || !(symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)))
    return []
  return checker
    .getDeclaredTypeOfSymbol(symbol)
    .getProperties()
    .filter(member => {
      const type = checker.typeToString(checker.getNonNullableType(checker.getTypeOfSymbol(member)))
      const isSaid = member.getDocumentationComment(checker).length > 0 || UNIT.test(member.name)
      return type === 'number' && !isSaid
    })
    .map(member => `${name}.${member.name}`)
}

const declarationText = declaration => {
  // A constant's keyword stands two levels above its name.
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
  return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
}

const exportText = ({ name, symbol }) => {
  if (isGenerated(symbol)) return `${name}: generated`
  const declared = (symbol.declarations ?? []).map(declarationText).join('\n')
  const text = name === symbol.name ? declared : `${name} = ${declared}`
  const isDeprecated = symbol.getJsDocTags().some(tag => tag.name === 'deprecated')
  return isDeprecated ? `deprecated: ${text}` : text
}

/** Every package's public surface. */
const readApi = () => {
  const packages = readPackages()
  const { checker, exportsOf } = compileEntrances(packages)
  return packages.map(({ name, entrances }) => {
    const surfaces = entrances.map(entrance => ({ path: entrance.path, exported: exportsOf(entrance) }))
    const undocumented = surfaces.flatMap(({ path, exported }) =>
      exported
        .filter(({ symbol }) => !isGenerated(symbol) && !isDocumented(symbol))
        .map(({ name }) => `${path}: ${name}`),
    )
    const vague = surfaces.flatMap(({ path, exported }) =>
      exported.flatMap(each => vagueNumbers(checker, each)).map(member => `${path}: ${member}`),
    )
    const sections = surfaces.map(({ path, exported }) => ({
      path,
      text: exported.map(exportText).join('\n\n'),
    }))
    const text = sections
      .map(({ path, text }, index) => {
        const same = sections.slice(0, index).find(other => other.text === text)
        return `# ${path}\n\n${same && text ? `as ${same.path}` : text}`
      })
      .join('\n\n\n')
    return { file: name.replace('@', '').replace('/', '-'), text: `${text}\n`, undocumented, vague }
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
  const vague = packages.flatMap(({ vague }) => vague)
  for (const name of vague) console.log(`without a unit: ${name}`)
  if (changed.length + undocumented.length + vague.length > 0) process.exitCode = 1
} else {
  for (const name of gone) rmSync(new URL(name, folder))
  for (const [name, text] of expected) writeFileSync(new URL(name, folder), text)
}
