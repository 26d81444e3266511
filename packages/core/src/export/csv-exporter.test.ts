import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildRecord } from '../record/build-record.js'
import { scriptedRun, tickAt } from '../testing/scripted-run.js'
import { testExporter } from '../testing/test-exporter.js'
import { csvExporter } from './csv-exporter.js'

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

  it('refuses an empty path', () => {
    expect(() => csvExporter({ path: '' })).toThrow(/Option "path" is ""; accepted: the path of a CSV file/)
  })
})
