import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTracking } from '@epochwatt/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callMain } from './testing/call-main.js'

const root = mkdtempSync(join(tmpdir(), 'epochwatt-publishing-'))
const dir = join(root, 'store')

const train = async (name: string, project: string, status?: 'failed') => {
  const tracker = startTracking({ dir, name, project, country: 'PL', params: { units: 8 } })
  const epoch = tracker.window('epoch', { index: 0 })
  const until = performance.now() + 60
  while (performance.now() < until) Math.sqrt(until)
  epoch.end()
  epoch.logMetrics({ loss: 1 })
  return (await tracker.stop(status && { status }))!.id
}

const ids: string[] = []
beforeAll(async () => {
  await train('elsewhere', 'other')
  ids.push(
    await train('first', 'paper'),
    await train('second', 'paper'),
    await train('third', 'paper', 'failed'),
  )
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

const call = (...args: string[]) => callMain([...args, '--dir', dir], 100)

describe('disclose', () => {
  it('adds up all runs of the project, failed ones included', async () => {
    const { code, out, err } = await call('disclose')
    expect(code).toBe(0)
    expect(err).toBe('Disclosing 3 runs of project "paper".\n')
    expect(out).toContain('The figures cover 3 runs')
    expect(out).toContain('2 finished and 1 failed')
  })

  it('says how many runs are left out where some are named', async () => {
    const { err, out } = await call('disclose', 'first')
    expect(err).toBe('Left out: 2 more runs of the same project; without RUN all of them are disclosed.\n')
    expect(out).toContain('The figures cover 1 run ')
  })

  it.each([
    ['latex', '\\begin{table}'],
    ['bibtex', '@software{epochwatt,'],
    ['modelcard', 'co2_eq_emissions:'],
    ['sci', 'ISO/IEC 21031:2024'],
    ['json', '"schema": "epochwatt.disclosure/1"'],
  ])('writes %s', async (format, text) => {
    const { code, out } = await call('disclose', '--format', format)
    expect(code).toBe(0)
    expect(out).toContain(text)
  })

  it('takes a functional unit, a training type, a place and offsets', async () => {
    const unit = ['--per', '1000 samples', '--count', '480']
    expect((await call('disclose', '--format', 'sci', ...unit)).out).toContain('per 1000 samples')
    const sci = JSON.parse((await call('disclose', '--json', '--per', 'epoch')).out).sci
    expect(sci.per).toMatchObject({ unit: 'epoch', count: 3 })
    const card = ['--format', 'modelcard', '--training-type', 'fine-tuning', '--location', 'Quebec, Canada']
    expect((await call('disclose', ...card)).out).toMatch(/"fine-tuning"\n.*"Quebec, Canada"/)
    expect((await call('disclose', '--offsets', 'none were bought')).out).toContain('None were bought.')
  })

  it.each([
    [['--format', 'pdf'], 'Option "--format" is "pdf"; accepted: markdown, latex'],
    [['--json', '--format', 'sci'], 'exclude each other'],
    [['--per', 'sample'], 'accepted: run, epoch, or another unit with "--count"'],
    [['--per', 'sample', '--count', '0'], '"--count"'],
    [['--count', '3'], 'Option "--count" is for a unit of your own'],
    [['--training-type', 'long'], 'accepted: pre-training, fine-tuning'],
  ])('answers %j with one sentence and exit code 2', async (args, message) => {
    const { code, out, err } = await call('disclose', ...args)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain(message)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  it('fails where there is nothing to disclose', async () => {
    const { code, err } = await call('disclose', '--project', 'empty')
    expect(code).toBe(1)
    expect(err).toContain('no runs to disclose')
  })
})

describe('advise', () => {
  it('finds what the runs show', async () => {
    const { findings, runs } = JSON.parse((await call('advise', '--json')).out)
    expect(runs).toBe(3)
    const found = (code: string) => findings.find((finding: { code: string }) => finding.code === code)
    expect(found('unfinished-runs').runs).toEqual([ids[2]])
    expect(found('repeated-runs').runs).toEqual([ids[1]])
    expect((await call('advise')).out).toMatch(
      /What would have saved most, of 3 runs[\s\S]*docs\/advice\.md#repeated-runs/,
    )
  })

  it('finds a better hour in a file of intensities', async () => {
    const hour = 3_600_000
    const from = Math.floor(Date.now() / hour) * hour - hour
    const rows = Array.from(
      { length: 26 },
      (_, i) => `${new Date(from + i * hour).toISOString()},${i < 3 ? 800 : 50}`,
    )
    const file = join(root, 'grid.csv')
    writeFileSync(file, `datetime,intensity\n${rows.join('\n')}\n`)
    const { findings } = JSON.parse((await call('advise', 'first', '--file', file, '--json')).out)
    const found = findings.find(({ code }: { code: string }) => code === 'better-hour')
    expect(found.text).toMatch(/would have met 50 gCO₂e\/kWh on average instead of 800/)
    expect(found.saving.carbon_g.value).toBeGreaterThan(0)
    const none = JSON.parse((await call('advise', 'first', '--json')).out).findings
    expect(none.map(({ code }: { code: string }) => code)).not.toContain('better-hour')
    expect((await call('advise', '--unit', 'g/kWh')).code).toBe(2)
    expect((await call('advise', '--file', join(root, 'none.csv'))).err).toMatch(/"--file"/)
  })

  it('fails where there are no runs', async () => {
    expect(await call('advise', '--project', 'empty')).toMatchObject({ code: 1, out: '' })
  })
})

describe('compare', () => {
  it('puts all runs on one grid', async () => {
    const { runs, at } = JSON.parse((await call('compare', '--at', 'SE', '--json')).out)
    expect(at).toBe('SE')
    expect(runs.map(({ grid }: { grid: { zone: string } }) => grid.zone)).toEqual(['SE', 'SE', 'SE'])
    const wrong = await call('compare', '--at', 'Atlantis')
    expect(wrong).toMatchObject({ code: 2, out: '' })
    expect(wrong.err).toContain('Option "--at" is "Atlantis"')
  })

  it('writes a page and prints its path', async () => {
    const file = join(root, 'runs.html')
    const { code, out } = await call('compare', '--html', file, '--better', 'lower')
    expect({ code, out }).toEqual({ code: 0, out: `${file}\n` })
    expect(readFileSync(file, 'utf8')).toContain('<h1>3 runs compared</h1>')
    const unwritable = await call('compare', '--html', join(root, 'missing', 'r.html'))
    expect(unwritable.code).toBe(1)
    expect(unwritable.err).toContain('Option "--html" is')
  })

  it.each([
    [['--html', 'x', '--json'], 'exclude each other'],
    [['--better', 'more'], 'accepted: higher or lower'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await call('compare', ...args)
    expect(code).toBe(2)
    expect(err).toContain(message)
  })
})
