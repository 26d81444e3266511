import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseExtended } from '../json/extended-json.js'
import { readRecords } from '../record/read-records.js'
import type { RecordBody } from '../record/record-body.js'
import type { SettingsInput } from '../settings/settings.js'
import { STUB_API_KEY, type StubBackend } from './stub-backend.js'

/** A folder that is gone after the tests. */
export const temporaryDirectory = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'wandb-shim-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Settings that speak to a stub, quickly. */
export const stubSettings = (stub: Pick<StubBackend, 'url'>): SettingsInput => ({
  baseUrl: stub.url,
  apiKey: STUB_API_KEY,
  silent: true,
  disableGit: true,
  fileStreamTransmitInterval: 0.02,
  retryWaitMin: 0.01,
  retryWaitMax: 0.05,
})

/** The `.wandb` file in a run's directory. */
export const logOf = (directory: string): string =>
  join(directory, readdirSync(directory).find(name => name.endsWith('.wandb')) ?? 'none.wandb')

export const bodiesOf = (directory: string): RecordBody[] =>
  [...readRecords(logOf(directory))].flatMap(({ recordType }) => (recordType.case ? [recordType] : []))

const itemsOf = (items: readonly { key?: string; valueJson?: string }[] = []) =>
  Object.fromEntries(items.map(({ key, valueJson }) => [key ?? '', parseExtended(valueJson ?? 'null')]))

/** The history of a file, as rows of values. */
export const rowsOf = (directory: string): Record<string, unknown>[] =>
  bodiesOf(directory).flatMap(body => (body.case === 'history' ? [itemsOf(body.value.item)] : []))

/** The summary that a file's records add up to. */
export const summaryOf = (directory: string): Record<string, unknown> =>
  Object.assign(
    {},
    ...bodiesOf(directory).flatMap(body => (body.case === 'summary' ? [itemsOf(body.value.update)] : [])),
  )
