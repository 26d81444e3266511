import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { recordingExporter } from '../testing/recording-exporter.js'
import { startTracking } from '../tracker/start-tracking.js'
import { readNotes } from './delivery-note.js'
import type { RunExporter } from './exporter.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'epochwatt-threads-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(root, { recursive: true, force: true })
})

/** An exporter that another thread makes from a module with this code. */
const carried = (
  code: string,
  options: unknown = {},
): RunExporter & { readonly events: readonly unknown[] } => {
  const path = join(root, 'exporter.mjs')
  writeFileSync(path, code)
  return { ...recordingExporter('carried'), portable: { module: pathToFileURL(path).href, options } }
}
const track = async (...exporters: readonly RunExporter[]) => {
  const tracker = startTracking({ dir: join(root, 'store'), country: 'FR', exporters })
  tracker.window('epoch', { index: 0 }).end()
  await tracker.stop()
  return tracker
}

describe('exporters that another thread can make', () => {
  it('run there, with their options, beside those that cannot', async () => {
    const file = join(root, 'received')
    const away = carried(
      `import { appendFileSync } from 'node:fs'
      import { isMainThread } from 'node:worker_threads'
      export const createExporter = ({ file, token }) => ({
        name: 'carried',
        export: async batch => { for (const { type } of batch) appendFileSync(file, [isMainThread, token, type] + '\\n') },
        forceFlush: async () => {},
        shutdown: async () => {},
      })`,
      { file, token: 'canary' },
    )
    const here = recordingExporter('here')
    const { directory } = await track(away, here)
    expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual([
      'false,canary,window',
      'false,canary,power',
      'false,canary,record',
    ])
    expect(away.events).toEqual([])
    expect(here.events.map(({ type }) => type)).toEqual(['window', 'power', 'record'])
    expect([...readNotes(directory)].map(([key, { complete }]) => [key, complete])).toEqual([
      ['carried', true],
      ['here', true],
    ])
    for (const name of ['carried.json', 'here.json', 'events.jsonl']) {
      expect(readFileSync(join(directory, 'delivery', name), 'utf8')).not.toContain('canary')
    }
    expect(existsSync(join(directory, 'delivery', 'lock'))).toBe(false)
  })

  it.each([
    ['cannot be imported', 'throw new Error("broken")'],
    ['makes nothing', 'export const createExporter = () => undefined'],
    ['takes the whole thread with it', 'process.exit(3)'],
  ])('come back to this one when the module %s', async (_, code) => {
    const exporter = carried(code)
    await track(exporter)
    expect(exporter.events).toHaveLength(3)
  })

  it('stay here when their options hold something that cannot be copied', async () => {
    const exporter = carried('export const createExporter = () => { throw new Error("never") }', {
      fetch: () => {},
    })
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await track(exporter)
    expect(exporter.events).toHaveLength(3)
    expect(warned).not.toHaveBeenCalled()
  })
})
