// A test that does not run says why: in its name, which the runner lists, or in a comment above.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)

const testFiles = ['packages', 'testing', 'tools'].flatMap(room =>
  (readdirSync(new URL(room, root), { recursive: true }) as string[])
    .map(path => `${room}/${path.replaceAll('\\', '/')}`)
    .filter(path => path.endsWith('.ts') && !/node_modules|\/dist\/|\/flat\/|skipped-tests/.test(path)),
)

const SKIPPED = /^\s*(?:describe|it|test)\.(?:skip|skipIf|runIf|todo|only)\b/
/** The name holds a reason in brackets or after a colon, or one that is put in. */
const SAYS_WHY = /\(\w[^()]*\)['`]|skipped|\$\{|context\.skip\(\w/

const silent = (text: string): string[] => {
  const lines = text.split('\n')
  return lines.filter((line, index) => {
    if (!SKIPPED.test(line)) return false
    const isCommented = /^\s*\/\//.test(lines[index - 1] ?? '')
    return !isCommented && !SAYS_WHY.test(lines.slice(index, index + 3).join('\n'))
  })
}

it('every test that is skipped somewhere says why, and none is the only one', () => {
  const found = testFiles.map(path => [path, readFileSync(new URL(path, root), 'utf8')] as const)
  expect(
    found.filter(([, text]) => SKIPPED.test(text) || text.split('\n').some(line => SKIPPED.test(line)))
      .length,
  ).toBeGreaterThan(10)
  expect(found.flatMap(([path, text]) => silent(text).map(line => `${path}: ${line.trim()}`))).toEqual([])
  expect(
    found.filter(([, text]) => /^\s*(?:describe|it|test)\.only\b/m.test(text)).map(([path]) => path),
  ).toEqual([])
})

it('a silent one is found', () => {
  expect(silent("\nit.skip('later', () => {})")).toHaveLength(1)
  expect(silent("it.skipIf(process.platform === 'win32')('a thing', () => {})")).toHaveLength(1)
  expect(
    silent("// Windows has no such file.\nit.skipIf(process.platform === 'win32')('a thing', () => {})"),
  ).toEqual([])
})
