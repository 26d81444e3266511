// Removes what an earlier build wrote for a source that is gone or no longer part of its project: tsc leaves it where it
// is, and it would be packed, and reached by who imports it. What each project consists of tsc noted at its last build.
//   node tools/prune-outputs.mjs [FOLDER of .tsbuildinfo files]
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const range = ids =>
  Array.isArray(ids) ? Array.from({ length: ids[1] - ids[0] + 1 }, (_, i) => ids[0] + i) : [ids]

/** Paths below the output folder, without extension, of all that a project makes. */
const outputsOf = (notes, folder) => {
  const { fileNames, root, options } = JSON.parse(readFileSync(notes, 'utf8'))
  const stems = root
    .flatMap(range)
    .map(id =>
      relative(resolve(folder, options.rootDir), resolve(folder, fileNames[id - 1])).replace(/\.ts$/, ''),
    )
  return { outDir: resolve(folder, options.outDir), stems }
}

/** Output folders, each with what all projects that write there make. */
const expectedOutputs = folder => {
  const expected = new Map()
  for (const name of readdirSync(folder).filter(name => name.endsWith('.tsbuildinfo'))) {
    const { outDir, stems } = outputsOf(join(folder, name), folder)
    expected.set(outDir, new Set([...(expected.get(outDir) ?? []), ...stems]))
  }
  return expected
}

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = process.argv[2] ?? join(root, 'node_modules/.cache/tsc')

for (const [outDir, stems] of expectedOutputs(folder)) {
  const files = existsSync(outDir) ? readdirSync(outDir, { recursive: true, withFileTypes: true }) : []
  for (const file of files) {
    const path = join(file.parentPath, file.name)
    const stem = relative(outDir, path).replace(/(\.d\.ts|\.js)$/, '')
    if (!file.isFile() || !/\.(js|d\.ts)$/.test(path) || stems.has(stem)) continue
    rmSync(path)
    console.log(`removed ${relative(root, path)}: no source makes it any more`)
  }
}
