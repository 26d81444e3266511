import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openStore, type RunRecord, startTracking } from '@epochwatt/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callMain } from './testing/call-main.js'

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
const CORE = fileURLToPath(new URL('../../core/dist/index.js', import.meta.url))
const HOSTILE = 'bad\u001b[2J<script>alert(1)</script>'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-cli-'))
const dir = join(root, 'store')
const ids: string[] = []

const train = async (name: string, loss: number): Promise<RunRecord> => {
  const tracker = startTracking({ dir, name, project: 'cli-test', country: 'FR', params: { name } })
  for (let index = 0; index < 2; index++) {
    const epoch = tracker.window('epoch', { index })
    await new Promise(resolve => setTimeout(resolve, 60))
    epoch.end()
    epoch.logMetrics({ loss: loss / (index + 1) })
  }
  return (await tracker.stop())!
}

beforeAll(async () => {
  ids.push((await train('first', 1)).id, (await train(HOSTILE, 2)).id)
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

const call = (...args: string[]) => callMain(args)

const inStore = (...args: string[]) => call(...args, '--dir', dir)

describe('the program as a process', () => {
  const environment = { ...process.env, EPOCHWATT_DIR: dir, FORCE_COLOR: '1' }
  const run = (...args: string[]) => {
    expect(existsSync(BIN), 'the command must be built before its tests: tsc -b').toBe(true)
    return spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', env: environment })
  }

  it('writes exactly one JSON document to stdout, and no escape sequence when it is no terminal', () => {
    const listed = run('list', '--json')
    expect(listed.status).toBe(0)
    expect(JSON.parse(listed.stdout)).toHaveLength(2)
    const shown = run('show', ids[0]!)
    expect(shown.status).toBe(0)
    expect(shown.stdout).toContain('first')
    expect(shown.stdout).not.toContain('\u001b')
    expect(shown.stderr).toBe('')
  })

  it('exits 1 for a failure and 2 for wrong usage, with one sentence and no stack', () => {
    const failure = run('show', 'no-such-run')
    expect(failure.status).toBe(1)
    expect(failure.stdout).toBe('')
    expect(failure.stderr).toMatch(/^epochwatt: No finished run "no-such-run" in .*\n$/)
    const usage = run('show')
    expect(usage.status).toBe(2)
    expect(usage.stdout).toBe('')
    expect(usage.stderr.trim().split('\n')).toHaveLength(1)
    expect(`${failure.stderr}${usage.stderr}`).not.toMatch(/\n\s+at /)
  })

  it('does not complain when its reader stops reading', async () => {
    const child = spawn(process.execPath, [BIN, 'show', ids[0]!, '--json'], { env: environment })
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', chunk => {
      err += chunk
    })
    const code = await new Promise(resolve => child.once('close', resolve))
    expect(code).toBe(0)
    expect(err).toBe('')
  })

  it('finishes what a killed process left', () => {
    const store = join(root, 'killed')
    const script = `
      import { startTracking } from ${JSON.stringify(CORE)}
      const tracker = startTracking({ dir: ${JSON.stringify(store)}, name: 'killed', samplingIntervalMs: 50 })
      tracker.window('epoch', { index: 0 })
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300)
      setInterval(() => {}, 10)`
    const killed = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: process.env,
    })
    expect(killed.signal).toBe('SIGKILL')
    const before = run('list', '--json', '--dir', store)
    expect(JSON.parse(before.stdout)).toEqual([])
    expect(before.stderr).toContain('epochwatt recover')
    const recovered = JSON.parse(run('recover', '--json', '--dir', store).stdout)
    expect(recovered).toMatchObject({
      recovered: [{ name: 'killed', status: 'killed' }],
      failed: [],
      left: [],
    })
    expect(JSON.parse(run('list', '--json', '--dir', store).stdout)).toHaveLength(1)
    expect(run('recover', '--dir', store).stdout).toBe('Nothing to recover.\n')
  })
})

describe('help and version', () => {
  it('shows every command', async () => {
    const { code, out, err } = await call('--help')
    expect(code).toBe(0)
    expect(err).toBe('')
    for (const name of ['doctor', 'list', 'show', 'report', 'compare', 'recover'])
      expect(out).toContain(`  ${name}`)
  })

  it.each(['doctor', 'list', 'show', 'report', 'compare', 'recover'])('explains %s', async name => {
    for (const args of [
      [name, '--help'],
      [name, '-h'],
      ['help', name],
    ]) {
      const { code, out } = await call(...args)
      expect(code).toBe(0)
      expect(out).toContain(`Usage: epochwatt ${name}`)
      expect(out).toContain('--json')
    }
  })

  it('shows the version of its package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(await call('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it('shows help on stderr and fails when nothing was asked', async () => {
    const { code, out, err } = await call()
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('Usage: epochwatt COMMAND')
  })
})

describe('wrong usage', () => {
  it.each([
    [['lst'], 'Unknown command "lst". Did you mean "list"?'],
    [['xyzzy'], 'Unknown command "xyzzy". Commands: doctor, list'],
    [['--jsn'], 'Unknown option "--jsn".'],
    [['list', '--jsno'], 'Unknown option "--jsno". Did you mean "--json"?'],
    [['list', '-x'], 'Unknown option "-x".'],
    [['list', '--json=yes'], 'Option "--json" takes no value, but got "yes".'],
    [['list', '--dir'], 'Option "--dir" needs a value: DIR.'],
    [['list', '--dir', 'a', '--dir', 'b'], 'Option "--dir" was given twice'],
    [['list', 'extra'], '"epochwatt list" takes no argument, but got 1.'],
    [['show'], '"epochwatt show" takes 1 argument (RUN), but got 0.'],
    [['show', 'a', 'b'], 'but got 2.'],
    [['report', 'latest', '--open', 'maybe'], 'Option "--open" is "maybe"; accepted: yes or no.'],
    [['compare', '--csv', '--json'], 'exclude each other'],
    [['doctor', '--pue', 'high'], 'Option "--pue" is "high"; accepted: a number.'],
    [['doctor', '--pue', '0.5'], 'accepted: a ratio from 1 to 5'],
    [['doctor', '--country', 'Atlantis'], 'Atlantis'],
    [['list', '--__proto__'], 'Unknown option "--__proto__".'],
  ])('%j is answered with one sentence and exit code 2', async (args, message) => {
    const { code, out, err } = await call(...args)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})

describe('list', () => {
  it('lists the latest run first', async () => {
    const { out } = await inStore('list', '--json')
    expect(JSON.parse(out).map((run: { id: string }) => run.id)).toEqual(ids.toReversed())
  })

  it('shows hostile names without their escape sequences', async () => {
    const { out } = await inStore('list')
    expect(out).toContain('bad�[2J<script>')
    expect(out).not.toContain('\u001b')
  })

  it('keeps to a project', async () => {
    expect(JSON.parse((await inStore('list', '--json', '--project', 'cli-test')).out)).toHaveLength(2)
    expect(JSON.parse((await inStore('list', '--json', '--project', 'other')).out)).toEqual([])
  })

  it('is empty, not an error, where there is no store', async () => {
    const { code, out } = await call('list', '--dir', join(root, 'nowhere'))
    expect(code).toBe(0)
    expect(out).toBe('No finished runs.\n')
    expect(existsSync(join(root, 'nowhere'))).toBe(false)
  })

  it('tells which runs could not be read, and lists the others', async () => {
    const broken = join(root, 'broken')
    mkdirSync(join(broken, 'runs', 'torn'), { recursive: true })
    writeFileSync(join(broken, 'runs', 'torn', 'record.json'), '{"schema": "epochw')
    const { code, out, err } = await call('list', '--json', '--dir', broken)
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual([])
    expect(err).toContain('run torn was left out')
  })
})

describe('show', () => {
  it('finds a run by id, beginning of an id, name and latest', async () => {
    const shown = async (reference: string) => JSON.parse((await inStore('show', reference, '--json')).out).id
    const beginning = ids[0]!.slice(0, -1)
    expect(await shown(ids[0]!)).toBe(ids[0])
    expect(await shown(beginning)).toBe(ids[0])
    expect(await shown('first')).toBe(ids[0])
    expect(await shown('latest')).toBe(ids[1])
  })

  it('writes the record as it is stored', async () => {
    const { out } = await inStore('show', 'first', '--json')
    expect(JSON.parse(out)).toEqual(openStore(dir).read(ids[0]!))
  })

  it('says which runs an ambiguous beginning could mean', async () => {
    const { code, err } = await inStore('show', ids[0]!.slice(0, 4))
    expect(code).toBe(1)
    expect(err).toContain(ids[0])
    expect(err).toContain(ids[1])
  })
})

describe('report', () => {
  it('is written into the folder of the run, and its path is printed', async () => {
    const { code, out } = await inStore('report', 'first')
    expect(code).toBe(0)
    expect(out.trim()).toBe(join(dir, 'runs', ids[0]!, 'report.html'))
    expect(readFileSync(out.trim(), 'utf8')).toMatch(/^<!doctype html>/)
  })

  it('is written where it is asked for, beside another run, with nothing hostile in it', async () => {
    const file = join(root, 'out.html')
    const { out } = await inStore('report', 'latest', '--out', file, '--beside', 'first', '--json')
    expect(JSON.parse(out)).toEqual({ run: ids[1], path: file })
    const page = readFileSync(file, 'utf8')
    expect(page).toContain('id="comparison"')
    expect(page).not.toContain('<script>alert')
  })

  it('names the option when it cannot be written', async () => {
    const { code, out, err } = await inStore('report', 'first', '--out', join(root, 'missing', 'r.html'))
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err).toMatch(/Option "--out" is .*accepted: the path of a file/)
  })
})

describe('compare', () => {
  it('compares all runs of the project, the first being the reference', async () => {
    const { code, out, err } = await inStore('compare', '--json')
    expect(code).toBe(0)
    expect(err).toContain('Comparing 2 runs')
    const comparison = JSON.parse(out)
    expect(comparison).toMatchObject({ metric: 'loss', reference: ids[0] })
    expect(comparison.verdicts.map((verdict: { run: string }) => verdict.run)).toEqual([
      ids[1],
      ids[1],
      ids[1],
    ])
  })

  it('holds runs against the one asked for', async () => {
    const { out } = await inStore('compare', ids[0]!, '--against', ids[1]!, '--json')
    expect(JSON.parse(out).reference).toBe(ids[1])
  })

  it('writes CSV with a line for each run', async () => {
    const { out } = await inStore('compare', '--csv')
    const lines = out.trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^id,name,project/)
    expect(lines[1]).toContain(String(openStore(dir).read(ids[0]!).energy.total_kwh!.value))
  })

  it('needs two runs, and a metric that was logged', async () => {
    const one = await inStore('compare', 'first')
    expect(one.code).toBe(1)
    expect(one.err).toContain('Comparing needs two runs')
    const metric = await inStore('compare', '--metric', 'f1')
    expect(metric.code).toBe(1)
    expect(metric.err).toContain('"f1"; logged: loss')
  })
})

describe('doctor', () => {
  it('tells what a run would stand on, as one document', async () => {
    const { code, out, err } = await inStore('doctor', '--json', '--country', 'SE', '--pue', '1.2')
    const diagnosis = JSON.parse(out)
    expect(err).toBe('')
    expect(diagnosis.location).toMatchObject({ country: 'SE' })
    expect(diagnosis.grid).toMatchObject({ zone: 'SE', fallback: false })
    expect(diagnosis.pue.value).toBe(1.2)
    expect(diagnosis.store.writable).toBe(true)
    expect(diagnosis.worker).toMatchObject({ ok: true })
    const used = diagnosis.sensors.some((sensor: { state: string }) => sensor.state === 'used')
    expect(code).toBe(used ? 0 : 1)
  })
})
