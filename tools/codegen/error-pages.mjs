// A page for each code of docs/errors.md, `docs/errors/CODE.md`: what the list says of it, and the messages of the sources.
//   node tools/codegen/error-pages.mjs           writes
//   node tools/codegen/error-pages.mjs --check   names pages that are not as they would be written; exits 1 then
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = new URL('../../', import.meta.url)
const list = new URL('docs/errors.md', root)
const folder = new URL('docs/errors/', root)

const CODE = /(?<=`)[A-Z][A-Z0-9_]{3,}(?=`)/g

/** Rows of the list's tables: codes, meaning, remedy, and the headings that they stand under. */
const readRows = () => {
  const rows = []
  const headings = []
  for (const line of readFileSync(list, 'utf8').split('\n')) {
    const [, marks, heading] = /^(#{2,3}) (.*)$/.exec(line) ?? []
    if (heading) headings.splice(marks.length - 2, 2, heading)
    const [, codes = '', means, remedy] = line.split(/(?<!\\)\|/).map(cell => cell.trim())
    if (line.startsWith('|') && codes.includes('`'))
      for (const code of codes.match(CODE) ?? [])
        rows.push({ code, means, remedy, heading: headings.join(': ') })
  }
  return rows
}

const sources = () =>
  readdirSync(new URL('packages', root), { recursive: true })
    .map(path => path.replaceAll('\\', '/'))
    .filter(
      path => /^[\w-]+\/src\/.*(?<!\.test|\.gen|\.d)\.ts$/.test(path) && !/\/(testing|fixtures)\//.test(path),
    )
    .map(path => fileURLToPath(new URL(`packages/${path}`, root)))
    .sort()

/** A message as it is written, with an ellipsis for what is put in; undefined where it is made elsewhere. */
const messageOf = node => {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')
  if (ts.isBinaryExpression(node)) {
    const parts = [messageOf(node.left), messageOf(node.right)]
    return parts.every(part => part !== undefined) ? parts.join('') : undefined
  }
  return undefined
}

const codeOf = node =>
  node && ts.isStringLiteralLike(node) && /^[A-Z][A-Z0-9_]{3,}$/.test(node.text) ? node.text : undefined

/** Messages by code: arguments that follow a code, and `message` beside `code`. */
const readMessages = () => {
  const found = new Map()
  const add = (code, message) => {
    if (code === undefined || !message || !/[a-z] /.test(message)) return
    found.set(code, (found.get(code) ?? new Set()).add(message.trim()))
  }
  const visit = node => {
    if (ts.isNewExpression(node) || ts.isCallExpression(node)) {
      const [first, second] = node.arguments ?? []
      if (first && second) add(codeOf(first), messageOf(second))
    }
    if (ts.isObjectLiteralExpression(node)) {
      const initialiserOf = name =>
        node.properties.find(
          property => ts.isPropertyAssignment(property) && property.name.getText() === name,
        )?.initializer
      const [code, message] = [initialiserOf('code'), initialiserOf('message')]
      if (code && message) add(codeOf(code), messageOf(message))
    }
    node.forEachChild(visit)
  }
  for (const path of sources())
    visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true))
  return found
}

const sentence = text => {
  const whole = text.replace(/^(?=[a-z])(?!epochwatt)./, letter => letter.toUpperCase())
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`
}

/** Links of the list are seen from one folder further down. */
const fromPage = text => text.replace(/\]\((?!https?:|#)([^)]+)\)/g, '](../$1)')

const pageOf = ({ code, means, remedy, heading }, messages) => {
  const says = [...(messages.get(code) ?? [])].sort()
  const quoted = says.map(message => `    ${message.replace(/\s+/g, ' ')}\n`)
  return [
    '<!-- Written by tools/codegen/error-pages.mjs from docs/errors.md and the sources. -->\n',
    `# ${code}\n`,
    `${fromPage(heading)}. All codes: [errors.md](../errors.md).\n`,
    `**Means.** ${fromPage(sentence(means))}\n`,
    `**What to do.** ${fromPage(sentence(remedy))}\n`,
    ...(quoted.length > 0 ? ['What it says (… stands for what is put in):\n', quoted.join('\n')] : []),
  ].join('\n')
}

const linked = text =>
  text
    .split('\n')
    .map(line => {
      const [, cell] = line.split(/(?<!\\)\|/)
      if (!line.startsWith('|') || !cell?.includes('`')) return line
      return line.replace(cell, cell.replace(/(?<!\[)`([A-Z][A-Z0-9_]{3,})`/g, '[`$1`](errors/$1.md)'))
    })
    .join('\n')

const rows = readRows()
const messages = readMessages()
const expected = new Map(rows.map(row => [`${row.code}.md`, pageOf(row, messages)]))
const present = existsSync(folder) ? readdirSync(folder) : []
const gone = present.filter(name => !expected.has(name))
const text = readFileSync(list, 'utf8')

if (process.argv.includes('--check')) {
  const isWritten = ([name, page]) =>
    existsSync(new URL(name, folder)) && readFileSync(new URL(name, folder), 'utf8') === page
  const changed = [...gone, ...[...expected].filter(entry => !isWritten(entry)).map(([name]) => name)]
  if (linked(text) !== text) changed.push('errors.md')
  for (const name of changed) console.log(`changed: ${name}; run "node tools/codegen/error-pages.mjs"`)
  if (changed.length > 0) process.exitCode = 1
} else {
  mkdirSync(folder, { recursive: true })
  for (const name of gone) rmSync(new URL(name, folder))
  for (const [name, page] of expected) writeFileSync(new URL(name, folder), page)
  writeFileSync(list, linked(text))
}
