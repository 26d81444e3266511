// Joins the modules behind each entrance of @epochwatt/core into a few files, from what tsc made of them.
//
// The engine is some 160 small modules, and Node takes about half a millisecond and 50 kB for each: importing them one
// by one costs every script that is tracked 60 to 80 ms and 10 MB; flat it is 15 ms and 3 MB. Entrances share chunks, so
// an error class or a store is the same object whichever entrance it came by; few chunks, since every file counts (the
// engine in 17 of them took twice the memory of 3). Types stay as tsc wrote them.
// What pages get is one file of its own, which may reach nothing of Node and nothing that has to be installed.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
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
const forNode = {
  ...common,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  chunkNames: 'shared/[hash]',
}

/** Modules of the engine that another entrance needs as well. */
const findShared = async () => {
  const { metafile } = await build({ ...forNode, entryPoints: entryPoints(ENTRANCES), write: false })
  const reachedFrom = (path, reached = new Set()) => {
    if (reached.has(path) || !(path in metafile.inputs)) return reached
    reached.add(path)
    for (const { path: imported, external } of metafile.inputs[path].imports)
      if (!external) reachedFrom(imported, reached)
    return reached
  }
  // The last one starts the engine and is no other user of its parts.
  const [engine, ...others] = ENTRANCES.slice(0, -1).map(entrance => reachedFrom(`dist/${entrance}.js`))
  return [...engine].filter(path => others.some(reached => reached.has(path)))
}

/**
 * esbuild makes a chunk of the modules that are reached from the same entrances. To have one chunk and not one for each
 * combination, every entrance imports all that any two of them share.
 */
const inOneChunk = shared => ({
  name: 'in-one-chunk',
  setup({ onLoad, onResolve }) {
    // Without side effects such an import would be dropped.
    onResolve({ filter: /^shared$/ }, () => ({ path: 'shared', namespace: 'shared', sideEffects: true }))
    onResolve({ filter: /^/, namespace: 'shared' }, ({ path }) => ({ path: core + path, sideEffects: true }))
    onLoad({ filter: /^/, namespace: 'shared' }, () => ({
      contents: shared.map(path => `import '${path}'`).join('\n'),
      resolveDir: core,
    }))
    onLoad({ filter: new RegExp(`/dist/(${ENTRANCES.join('|')})\\.js$`) }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}\nimport 'shared'`,
    }))
  },
})

const [node, page] = await Promise.all([
  build({
    ...forNode,
    entryPoints: entryPoints(ENTRANCES),
    plugins: [inOneChunk(await findShared())],
    // It says of every module that importing it for nothing is for nothing.
    logOverride: { 'ignored-bare-import': 'silent' },
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
