// Removes what an earlier build wrote for a source that is gone or no longer part of its project: tsc leaves it where it is, and it
// would be packed, run and found by tests. What each project consists of is read from what tsc noted about its last build.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const range = ids => (Array.isArray(ids) ? Array.from({ length: ids[1] - ids[0] + 1 }, (_, i) => ids[0] + i) : [ids])

/** Paths below the output folder, without extension, of all that a project makes. */
const outputsOf = (notes, folder) => {
  const { fileNames, root, options } = JSON.parse(readFileSync(notes, 'utf8'))
  const stems = root
    .flatMap(range)
    .map(id => relative(resolve(folder, options.rootDir), resolve(folder, fileNames[id - 1])).replace(/\.ts$/, ''))
  return { outDir: resolve(folder, options.outDir), stems }
}

/** Output folders, each with what all projects that write there make. */
export const expectedOutputs = folder => {
  const expected = new Map()
  for (const name of readdirSync(folder).filter(name => name.endsWith('.tsbuildinfo'))) {
    const { outDir, stems } = outputsOf(join(folder, name), folder)
    expected.set(outDir, new Set([...(expected.get(outDir) ?? []), ...stems]))
  }
  return expected
}

/** @returns what was removed. */
export const pruneOutputs = folder =>
  [...expectedOutputs(folder)].flatMap(([outDir, stems]) => {
    if (!existsSync(outDir)) return []
    const stale = readdirSync(outDir, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .filter(path => /(\.d\.ts|\.js)$/.test(path) && !stems.has(relative(outDir, path).replace(/(\.d\.ts|\.js)$/, '')))
    for (const path of stale) rmSync(path)
    return stale
  })

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url))
  for (const path of pruneOutputs(join(root, 'node_modules/.cache/tsc'))) console.log(`removed ${relative(root, path)}`)
}
