import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildResult, build } from 'esbuild'
import { onTestFinished } from 'vitest'

export interface Bundle {
  /** The entry, as a module that Node and browsers can import. */
  readonly file: string
  readonly result: BuildResult<{ metafile: true }>
}

/** An entry of the package as an application's bundler makes it, in a folder that goes with the test. */
export const bundle = async (entry: 'index' | 'browser', platform: 'node' | 'browser'): Promise<Bundle> => {
  const outdir = mkdtempSync(join(tmpdir(), 'mlflow-bundle-'))
  onTestFinished(() => rmSync(outdir, { recursive: true, force: true }))
  const result = await build({
    entryPoints: [fileURLToPath(new URL(`../src/${entry}.ts`, import.meta.url))],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    metafile: true,
    logLevel: 'silent',
    platform,
    target: platform === 'node' ? 'node20' : 'es2022',
    external: ['undici', 'libsql'],
  })
  return { file: join(outdir, `${entry}.mjs`), result }
}
