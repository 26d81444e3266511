import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openStore } from '../store/run-store.js'
import { wantsTracking } from './wants-tracking.js'

const AUTO = new URL('../../flat/auto/auto.js', import.meta.url).href
const CORE = new URL('../../flat/index.js', import.meta.url).href
const root = mkdtempSync(join(tmpdir(), 'epochwatt-auto-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let scripts = 0
const run = (
  source: string,
  variables: Record<string, string> = {},
  where: { readonly cwd?: string; readonly timeout?: number } = {},
) => {
  const script = join(root, `script-${++scripts}.mjs`)
  const dir = join(root, `store-${scripts}`)
  writeFileSync(script, source)
  const { EPOCHWATT_PARENT_RUN: _, ...inherited } = process.env
  const result = spawnSync(process.execPath, [script], {
    ...where,
    encoding: 'utf8',
    env: {
      ...inherited,
      NODE_OPTIONS: `--import=${AUTO}`,
      EPOCHWATT_DIR: dir,
      EPOCHWATT_COUNTRY: 'FR',
      EPOCHWATT_AUTO_MIN_SECONDS: '0',
      ...variables,
    },
  })
  return { ...result, dir, records: openStore(dir).list().records }
}
const busy = 'const end = Date.now() + 60; while (Date.now() < end);'

describe('a process that is tracked by NODE_OPTIONS alone', () => {
  it('leaves a finished run of a script that knows nothing of it', () => {
    const { status, stdout, stderr, records } = run(`${busy} console.log('done')`)
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'done\n', stderr: '' })
    expect(records).toMatchObject([{ status: 'finished' }])
    expect(records[0]?.energy.total_kwh?.value).toBeGreaterThan(0)
  })

  it('tells how a script ended: by exit, or by an error, whose code stays', () => {
    expect(run('process.exit()').records).toMatchObject([{ status: 'finished' }])
    const failed = run(`${busy} throw new Error('diverged')`)
    expect(failed.status).toBe(1)
    expect(failed.stderr).toContain('diverged')
    expect(failed.records).toMatchObject([{ status: 'failed' }])
  })

  it('counts neither children nor threads a second time', () => {
    const child = join(root, 'child.mjs')
    writeFileSync(child, busy)
    const { records, stderr } = run(`
      import { spawnSync } from 'node:child_process'
      import { Worker } from 'node:worker_threads'
      spawnSync(process.execPath, [${JSON.stringify(child)}], { stdio: 'inherit' })
      new Worker(${JSON.stringify(busy)}, { eval: true })
    `)
    expect(stderr).toBe('')
    expect(records).toHaveLength(1)
  })

  it('ends by itself while exporters work beside it, and delivers to them', () => {
    const project = join(root, 'project')
    const plugin = join(project, 'node_modules/@epochwatt/otlp-plugin')
    mkdirSync(plugin, { recursive: true })
    writeFileSync(
      join(plugin, 'package.json'),
      JSON.stringify({ name: '@epochwatt/otlp-plugin', type: 'module', exports: './index.js' }),
    )
    writeFileSync(
      join(plugin, 'index.js'),
      `import { appendFileSync } from 'node:fs'
      const done = async () => {}
      export const createExporter = () => ({
        name: 'otlp',
        export: async events => { for (const { type } of events) appendFileSync(process.env.SENT, type + '\\n') },
        forceFlush: done,
        shutdown: done,
      })`,
    )
    writeFileSync(join(project, 'epochwatt.config.json'), '{"exporters":["otlp"]}')
    const sent = join(root, 'sent.txt')
    const source = 'await new Promise(resolve => setTimeout(resolve, 2500))'
    const { status, stderr, records } = run(
      source,
      { SENT: sent, EPOCHWATT_OFFLINE: '0' },
      { cwd: project, timeout: 25_000 },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(records).toMatchObject([{ status: 'finished' }])
    expect(readFileSync(sent, 'utf8')).toContain('record')
  })

  it('makes way for a script that tracks itself', () => {
    const { records, dir } = run(`
      import { startTracking } from ${JSON.stringify(CORE)}
      await startTracking({ name: 'by the script' }).stop()
    `)
    expect(records.map(({ name }) => name)).toEqual(['by the script'])
    expect(readdirSync(join(dir, 'runs'))).toHaveLength(1)
    expect(readdirSync(join(dir, 'open'))).toEqual([])
  })

  it('keeps no run of a process that is over at once', () => {
    for (const ending of ['', 'process.exit(0)', 'process.exit(3)']) {
      const { dir } = run(`${busy} ${ending}`, { EPOCHWATT_AUTO_MIN_SECONDS: '' })
      expect(readdirSync(join(dir, 'runs'))).toEqual([])
      expect(readdirSync(join(dir, 'open'))).toEqual([])
    }
  })

  it('never stops a script: what is wrong is a warning', () => {
    const { status, stdout, stderr, records } = run('console.log("trained")', { EPOCHWATT_PUE: '0.1' })
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'trained\n' })
    expect(stderr).toContain(
      'this process is not tracked: Option "EPOCHWATT_PUE" is "0.1"; accepted: a ratio from 1 to 5.',
    )
    expect(records).toEqual([])
    expect(run('', { EPOCHWATT_AUTO_MIN_SECONDS: 'soon' }).stderr).toContain('EPOCHWATT_AUTO_MIN_SECONDS')
    expect(run('', { EPOCHWATT_DISABLED: '1' }).records).toEqual([])
  })
})

describe('wantsTracking', () => {
  const facts = { isMainThread: true, env: {}, argv: ['node', '/home/me/train.js'] }
  const script = (path: string) => wantsTracking({ ...facts, argv: ['node', path] })

  it('takes scripts, whatever their folder is called, and what was given by -e', () => {
    expect(wantsTracking(facts)).toBe(true)
    expect(wantsTracking({ ...facts, argv: ['node'] })).toBe(true)
    expect(script('/src/npm/train.js')).toBe(true)
    expect(script('/src/epochwatt/train.js')).toBe(true)
  })

  it('leaves out threads, children of tracked processes, package managers and our own command', () => {
    expect(wantsTracking({ ...facts, isMainThread: false })).toBe(false)
    expect(wantsTracking({ ...facts, env: { EPOCHWATT_PARENT_RUN: 'x' } })).toBe(false)
    for (const path of [
      '/usr/lib/node_modules/npm/bin/npm-cli.js',
      '/usr/lib/node_modules/npm/bin/npx-cli.js',
      'C:\\node\\node_modules\\pnpm\\bin\\pnpm.cjs',
      '/usr/share/yarn/bin/yarn.js',
      '/usr/lib/node_modules/corepack/dist/corepack.js',
      '/repo/node_modules/.bin/epochwatt',
      '/repo/node_modules/epochwatt/dist/bin.js',
    ]) {
      expect(script(path), path).toBe(false)
    }
  })
})
