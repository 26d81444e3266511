import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const core = fileURLToPath(new URL('../../../packages/core/', import.meta.url))

/** What importing an entrance loads at once: our own files, and modules of Node. */
const loadedWith = async (entrance: string) => {
  const { metafile } = await build({
    absWorkingDir: core,
    entryPoints: [`flat/${entrance}.js`],
    outdir: 'unused',
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
  })
  const files = new Set<string>()
  const builtins = new Set<string>()
  const load = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const { path, external, kind } of metafile.inputs[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue
      if (external) builtins.add(path)
      else load(path)
    }
  }
  load(`flat/${entrance}.js`)
  return { files, builtins }
}

describe('the engine as it is shipped', () => {
  it('is a few files, each of which costs every tracked script time and memory', async () => {
    const { files } = await loadedWith('index')
    expect(files.size).toBeGreaterThan(1)
    expect(files.size).toBeLessThanOrEqual(5)
  })

  it('loads nothing at once that only some runs need', async () => {
    const { builtins } = await loadedWith('index')
    expect(builtins).toContain('node:fs')
    for (const rare of ['node:http', 'node:https', 'node:net', 'zod', 'koffi', 'systeminformation'])
      expect(builtins).not.toContain(rare)
  })

  it('is not loaded by planning, but for what both need', async () => {
    const [engine, planning] = await Promise.all([loadedWith('index'), loadedWith('planning/index')])
    const shared = [...planning.files].filter(file => engine.files.has(file))
    expect(shared.length).toBeGreaterThan(0)
    expect(shared.length).toBeLessThan(engine.files.size - 1)
  })
})
