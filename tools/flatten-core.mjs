// Joins the modules behind each entrance of @epochwatt/core into a few files, from what tsc made of them.
//
// The engine is some 160 small modules, and Node takes about half a millisecond and 50 kB for each: importing them one
// by one costs every script that is tracked 60 to 80 ms and 10 MB; flat it is 15 ms and 3 MB. Entrances share chunks, so
// an error class or a store is the same object whichever entrance it came by. Types stay as tsc wrote them.
// What pages get is one file of its own, which may reach nothing of Node and nothing that has to be installed.
import { readdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const core = fileURLToPath(new URL('../packages/core/', import.meta.url))
const ENTRANCES = ['index', 'planning/index', 'import/index', 'testing/index', 'auto/auto']

const common = {
  absWorkingDir: core,
  outdir: 'flat',
  bundle: true,
  splitting: true,
  format: 'esm',
  // Stack traces of users name our functions; only comments and indentation go.
  minifyWhitespace: false,
  legalComments: 'none',
  metafile: true,
}
const entryPoints = entrances => entrances.map(entrance => ({ in: `dist/${entrance}.js`, out: entrance }))

const [node, page] = await Promise.all([
  build({
    ...common,
    entryPoints: entryPoints(ENTRANCES),
    platform: 'node',
    target: 'node20',
    packages: 'external',
    chunkNames: 'shared/[hash]',
  }),
  // No package is external here: one that creeps in fails the build or shows in its size.
  build({
    ...common,
    entryPoints: entryPoints(['browser/index']),
    platform: 'browser',
    target: 'es2022',
    // Pages without a bundler load it as it is. Names of functions stay here as well.
    minifyWhitespace: true,
    minifySyntax: true,
  }),
])
const outputs = { ...node.metafile.outputs, ...page.metafile.outputs }

// Chunks of earlier builds go; what is in place was written over, so a running program never misses a file.
for (const file of readdirSync(`${core}flat`, { recursive: true })) {
  const path = `flat/${file}`
  if (path.endsWith('.js') && !(path in outputs)) rmSync(core + path)
}
