import { mkdir, mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildRecord } from '../record/build-record.js'
import { scriptedRun, tickAt } from '../testing/scripted-run.js'
import { testExporter } from '../testing/test-exporter.js'
import { csvExporter } from './csv-exporter.js'
import type { WindowEvent } from './exporter.js'

const newPath = async (): Promise<string> =>
  join(await mkdtemp(join(tmpdir(), 'epochwatt-csv-')), 'deep', 'energy.csv')

describe('csvExporter', () => {
  let path = ''
  const suite = testExporter({
    create: async () => {
      path = await newPath()
      return csvExporter({ path })
    },
    received: async () =>
      (await readFile(path, 'utf8'))
        .trim()
        .split('\n')
        .slice(1)
        .map(line => Number(line.split(',')[1])),
  })
  for (const [rule, check] of suite) it(rule, check)

  it('leaves unknown figures empty and disarms texts that a spreadsheet would run', async () => {
    const file = await newPath()
    const exporter = csvExporter({ path: file })
    const run = scriptedRun({ name: '=HYPERLINK("x"),y' })
    const record = buildRecord(run, [tickAt(0, [null])])
    await exporter.start?.({ ...run, startedAt: run.startedAt })
    await exporter.export([{ type: 'record', seq: 1, timeMs: 0, record, directory: '' }])
    const [, row] = (await readFile(file, 'utf8')).split('\n')
    expect(row).toContain(`"'=HYPERLINK(""x""),y"`)
    expect(row).toMatch(/,run,,0,,,,,,,$/)
  })

  const windowOf = (seq: number): WindowEvent => ({
    type: 'window',
    seq,
    timeMs: 0,
    name: 'epoch',
    attributes: { index: seq },
    durationSeconds: 1,
    figures: {},
    totals: {},
    metrics: {},
  })
  const exporterOf = async (path: string, id: string) => {
    const exporter = csvExporter({ path })
    await exporter.start?.({ ...scriptedRun({}), id, startedAt: new Date(0).toISOString() })
    return exporter
  }

  it('writes a row again that a full disk tore, on a line of its own', async () => {
    const file = await newPath()
    await (await exporterOf(file, 'r')).export([windowOf(1), windowOf(12)])
    const whole = await readFile(file, 'utf8')
    await truncate(file, whole.length - 20)
    await (await exporterOf(file, 'r')).export([windowOf(1), windowOf(12)])
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines.map(line => line.split(',', 2).join(','))).toEqual(['run_id,seq', 'r,1', 'r,12', 'r,12'])
    expect(lines.at(-1)).toBe(whole.trimEnd().split('\n').at(-1))
  })

  it('has one header when runs begin at once', async () => {
    const file = await newPath()
    await Promise.all(
      ['a', 'b', 'c', 'd'].map(async id => (await exporterOf(file, id)).export([windowOf(1)])),
    )
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines[0]).toMatch(/^run_id,/)
    expect(
      lines
        .slice(1)
        .map(line => line.split(',')[0])
        .sort(),
    ).toEqual(['a', 'b', 'c', 'd'])
  })

  it('adds nothing to a file of somebody else', async () => {
    const file = await newPath()
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, 'export PATH=/bin\n')
    await expect((await exporterOf(file, 'a')).export([windowOf(1)])).rejects.toMatchObject({
      code: 'EXPORTER_UNUSABLE',
    })
    expect(await readFile(file, 'utf8')).toBe('export PATH=/bin\n')
  })

  it('can be told of by a note only where it is a .csv file', () => {
    expect(csvExporter({ path: 'a.csv' }).origin?.destination).toEqual({ path: resolve('a.csv') })
    expect(csvExporter({ path: '.profile' }).origin).toBeUndefined()
  })

  it('refuses an empty path', () => {
    expect(() => csvExporter({ path: '' })).toThrow(/Option "path" is ""; accepted: the path of a CSV file/)
  })
})
