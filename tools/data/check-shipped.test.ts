import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const CHECK = fileURLToPath(new URL('./check-shipped.mjs', import.meta.url))
const BUILT = fileURLToPath(new URL('../../packages/core/dist/data', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epochwatt-shipped-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const checked = (...args: string[]) => spawnSync(process.execPath, [CHECK, ...args], { encoding: 'utf8' })

/** The built tables, with one cell replaced. */
const spoilt = (file: string, from: RegExp, to: string) => {
  cpSync(BUILT, folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const text = readFileSync(join(folder, file), 'utf8')
  expect(text).toMatch(from)
  writeFileSync(join(folder, file), text.replace(from, to))
  return checked(folder)
}

describe('the data that a build ships', () => {
  it('passes, every row of it', () => {
    const { status, stdout, stderr } = checked()
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(Number(/^\d+/.exec(stdout)?.[0])).toBeGreaterThan(4000)
  })

  it.each([
    [
      'an intensity in lb/MWh',
      'grid-countries.gen.js',
      /\|Sweden\|[\d.]+\|/,
      '|Sweden|1635|',
      /Sweden: g\/kWh is 1635/,
    ],
    [
      'what is no number',
      'grid-regions.gen.js',
      /\|California\|[\d.]+\|/,
      '|California|n/a|',
      /US-CA: g\/kWh is NaN/,
    ],
    [
      'a design power of kilowatts',
      'accelerators.gen.js',
      /^(export.*`)?([^|\n]+)\|[\d.]+\|/m,
      '$1$2|70000|',
      /W is 70000/,
    ],
    [
      'an idle server that draws more than a busy one',
      'cpu-architectures.gen.js',
      /Ice Lake\|0\.756/,
      'Ice Lake|9',
      /Ice Lake: W per thread, full/,
    ],
    [
      'an instance without its accelerator',
      'cloud-instances.gen.js',
      /p4d\.24xlarge\|[^|]+/,
      'p4d.24xlarge|A1000',
      /p4d\.24xlarge: rows of its accelerator/,
    ],
    ['a negative footprint', 'embodied.gen.js', /"value": 2500/, '"value": -2500', /server: value is -2500/],
  ])('does not pass with %s', (_what, file, from, to, message) => {
    const { status, stderr } = spoilt(file, from, to)
    expect(stderr).toMatch(message)
    expect(status).toBe(1)
  })
})
