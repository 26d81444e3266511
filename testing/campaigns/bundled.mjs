// Campaigns run on the sources, as the tests do, and as one file: a million cases want neither a test runner nor a
// module loader around them.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sourceOf = room => join(root, 'packages', room, 'index.ts')

/** Packages that are imported by name in the sources. */
const alias = {
  '@epochwatt/core/planning': sourceOf('core/src/planning'),
  '@epochwatt/core/import': sourceOf('core/src/import'),
  '@epochwatt/core': sourceOf('core/src'),
  '@epochwatt/report/trackers': sourceOf('report/src/trackers'),
  '@epochwatt/report': sourceOf('report/src'),
  'mlflow-js-client': sourceOf('mlflow-js-client/src'),
  'wandb-node-sdk-shim': sourceOf('wandb-node-sdk-shim/src'),
  '#platform': join(root, 'packages/wandb-node-sdk-shim/src/platform/node.ts'),
}

/** The exports of a TypeScript file below `testing`. */
export const bundled = async path => {
  const name = path.replace(/\W/g, '-')
  // Inside the package, so that what stays outside of the bundle is found from there.
  const outdir = join(root, 'packages/core/node_modules/.cache/campaigns')
  mkdirSync(outdir, { recursive: true })
  const outfile = join(outdir, `${name}-${process.pid}.mjs`)
  await build({
    entryPoints: [join(root, 'testing', path)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    alias,
    external: ['koffi', 'libsql', 'systeminformation', 'undici'],
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    sourcemap: 'inline',
    logLevel: 'error',
  })
  process.once('exit', () => rmSync(outfile, { force: true }))
  return import(pathToFileURL(outfile).href)
}
