// Compiles the examples in the documentation of what packages export, so that none names what is not there.
//   node tools/codegen/examples.mjs    prints what is wrong, a function without an example too; exits 1 then
//
// An example may leave out imports of what is exported, and speak of what `given.d.ts` declares without making it.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { compileEntrances, isGenerated, readPackages } from './entrances.mjs'

const here = path => fileURLToPath(new URL(path, import.meta.url))
/** Where examples are compiled as if they stood there: TensorFlow.js is found from this package. */
const inCallback = name => here(`../../packages/tensorflowjs-callback/src/${name}`)

const packages = readPackages()
const { checker, exportsOf } = compileEntrances(packages)

/** Names for values and types that an example of an entrance may use: its own, and what else it does not have. */
const entrances = packages
  .flatMap(({ entrances }) => entrances)
  .filter(({ path }) => !path.includes(' '))
  .map(entrance => ({ ...entrance, exported: exportsOf(entrance) }))

const isCallable = symbol => {
  if (!(symbol.flags & (ts.SymbolFlags.Variable | ts.SymbolFlags.Function | ts.SymbolFlags.Class)))
    return false
  const type = checker.getTypeOfSymbol(symbol)
  return type.getCallSignatures().length + type.getConstructSignatures().length > 0
}

const examplesOf = symbol =>
  symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'example')
    .map(({ text }) => ts.displayPartsToString(text).replace(/^```.*$/gm, ''))

/** What is to be compiled: an example with the imports that it leaves out. */
const moduleOf = (own, text) => {
  const source = ts.createSourceFile('example.mts', text, ts.ScriptTarget.ES2023, true)
  const mentioned = new Set()
  const declared = new Set()
  const visit = node => {
    if (ts.isIdentifier(node)) mentioned.add(node.text)
    if (
      (ts.isVariableDeclaration(node) || ts.isBindingElement(node) || ts.isImportSpecifier(node)) &&
      ts.isIdentifier(node.name)
    )
      declared.add(node.name.text)
    node.forEachChild(visit)
  }
  visit(source)
  const imports = [own, ...entrances].flatMap(({ path, exported }) => {
    const names = exported.map(({ name }) => name).filter(name => mentioned.has(name) && !declared.has(name))
    for (const name of names) declared.add(name)
    // Each name for itself: some are types.
    return names.map(name => `import { ${name} } from '${path}'`)
  })
  return `${imports.join('\n')}\n${text}\nexport {}\n`
}

const problems = []
const modules = new Map()
const seen = new Set()
for (const entrance of entrances) {
  for (const { name, symbol } of entrance.exported) {
    if (seen.has(symbol) || isGenerated(symbol)) continue
    seen.add(symbol)
    const examples = examplesOf(symbol)
    if (examples.length === 0 && isCallable(symbol)) problems.push(`${entrance.path}: ${name} has no example`)
    for (const [index, text] of examples.entries()) {
      modules.set(inCallback(`example-${modules.size}.mts`), {
        of: `${entrance.path}: ${name}, example ${index + 1}`,
        text: moduleOf(entrance, text),
      })
    }
  }
}

const options = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [here('../../node_modules/@types')],
  paths: Object.fromEntries(entrances.map(({ path, file }) => [path, [file]])),
}
const given = inCallback('given.d.ts')
const virtual = new Map([[given, readFileSync(here('given.d.ts'), 'utf8')]])
for (const [file, { text }] of modules) virtual.set(file, text)
const host = ts.createCompilerHost(options)
const { fileExists, getSourceFile } = host
host.fileExists = file => virtual.has(file) || fileExists(file)
host.getSourceFile = (file, target, ...rest) =>
  virtual.has(file)
    ? ts.createSourceFile(file, virtual.get(file), target)
    : getSourceFile(file, target, ...rest)

const program = ts.createProgram([...virtual.keys()], options, host)
for (const [file, { of }] of modules) {
  const source = program.getSourceFile(file)
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  for (const { messageText } of found)
    problems.push(`${of}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
}
// Nothing is checked where a type was not found.
for (const { declarationList } of program.getSourceFile(given).statements) {
  const type = program.getTypeChecker().getTypeAtLocation(declarationList.declarations[0])
  if (type.flags & ts.TypeFlags.Any)
    problems.push(`given.d.ts: nothing is known of ${declarationList.getText()}`)
}
for (const problem of problems) console.log(problem)
if (problems.length > 0) process.exitCode = 1
