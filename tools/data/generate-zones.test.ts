import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const GENERATOR = fileURLToPath(new URL('./generate-zones.mjs', import.meta.url))
const GOOD = `em_zone,iso2,zone_name,country_name,gco2e_2021,gco2e_2022,gco2e_2023,gco2e_2024,gco2e_2025,cfe_pct_2025
FI,FI,Finland,,168,133,84,80,68,95
AU-NSW,AU,New South Wales,Australia,652,586,545,,525,36
`
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epochwatt-zones-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const generate = (csv: string) => {
  writeFileSync(join(folder, 'grid-zones-electricitymaps.csv'), csv)
  return spawnSync(process.execPath, [GENERATOR, folder, folder], { encoding: 'utf8' })
}

describe('generate-zones', () => {
  it('sorts zones and leaves unknown years empty', () => {
    expect(generate(GOOD)).toMatchObject({ status: 0, stdout: 'zones.gen.ts 2 zones\n' })
    const text = readFileSync(join(folder, 'zones.gen.ts'), 'utf8')
    expect(text).toContain(
      '`AU-NSW|AU|New South Wales, Australia|652|586|545||525\nFI|FI|Finland|168|133|84|80|68`',
    )
  })

  it.each([
    ['a figure in another unit', '168,', '1680,', /row 2, column gco2e_2021, value "1680"/],
    ['a zero that means unknown', ',68,', ',0,', /row 2, column gco2e_2025, value "0"/],
    ['a zone twice', 'AU-NSW', 'FI', /row 3, column em_zone, value "FI": repeats row 2/],
    ['no country', ',FI,', ',,', /column iso2/],
  ])('refuses %s, and writes nothing', (_what, from, to, message) => {
    const { status, stderr } = generate(GOOD.replace(from, to))
    expect(status).toBe(1)
    expect(stderr).toMatch(message)
    expect(existsSync(join(folder, 'zones.gen.ts'))).toBe(false)
  })

  it('says how it is used', () => {
    expect(spawnSync(process.execPath, [GENERATOR], { encoding: 'utf8' })).toMatchObject({ status: 2 })
  })
})
