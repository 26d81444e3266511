import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildRecord } from '../record/build-record.js'
import { scriptedRun, tickAt } from '../testing/scripted-run.js'
import { locatedByEvidence } from './located-by-evidence.js'
import { timeZoneCountry } from './time-zone-country.js'

const unknown = { how: 'unknown' }
const stockholm = { provider: 'aws', region: 'eu-north-1' }

describe('the place of a machine', () => {
  it.each([
    [
      'what the user said',
      { country: 'FR', how: 'option' },
      { cloud: undefined, timeZoneCountry: 'DE' },
      { country: 'FR', how: 'option' },
    ],
    [
      'the same, with the provider by firmware',
      { country: 'FR', how: 'config' },
      { cloud: stockholm },
      { country: 'FR', provider: 'aws', how: 'config' },
    ],
    [
      'cloud metadata before the time zone',
      unknown,
      { cloud: stockholm, timeZoneCountry: 'DE' },
      { country: 'SE', provider: 'aws', cloudRegion: 'eu-north-1', how: 'cloud-metadata' },
    ],
    [
      'cloud metadata before the IP address',
      unknown,
      { cloud: stockholm, ipCountry: 'IE', timeZoneCountry: 'DE' },
      { country: 'SE', provider: 'aws', cloudRegion: 'eu-north-1', how: 'cloud-metadata' },
    ],
    [
      'the IP address before the time zone',
      unknown,
      { cloud: { provider: 'aws' }, ipCountry: 'IE', timeZoneCountry: 'DE' },
      { country: 'IE', provider: 'aws', how: 'ip-address' },
    ],
    [
      'what the user said before all of it',
      { country: 'FR', how: 'environment' },
      { cloud: stockholm, ipCountry: 'IE', timeZoneCountry: 'DE' },
      { country: 'FR', provider: 'aws', how: 'environment' },
    ],
    [
      'the time zone, for want of a region',
      unknown,
      { cloud: { provider: 'aws' }, timeZoneCountry: 'DE' },
      { country: 'DE', provider: 'aws', how: 'time-zone' },
    ],
    [
      'the time zone, for a region that no table knows',
      unknown,
      { cloud: { provider: 'aws', region: 'mars-1' }, timeZoneCountry: 'DE' },
      { country: 'DE', provider: 'aws', how: 'time-zone' },
    ],
    ['unknown', unknown, {}, unknown],
  ])('is %s', (_what, said, evidence, location) => {
    expect(locatedByEvidence(said, evidence)).toEqual(location)
  })
})

describe('a record of a place that was guessed', () => {
  it('says so', () => {
    const run = scriptedRun({ location: { country: 'DE', how: 'time-zone' } })
    const { warnings, location } = buildRecord(run, [tickAt(0, [0]), tickAt(1, [1e6])])
    expect(location).toEqual({ country: 'DE', how: 'time-zone' })
    expect(warnings).toContainEqual({ code: 'LOCATION_GUESSED', message: expect.stringContaining('DE') })
  })
})

describe('the country of the time zone', () => {
  let root: string
  const at = (env: Record<string, string> = {}) =>
    timeZoneCountry({ env, etc: join(root, 'etc'), zoneinfo: root })

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'epochwatt-zone-'))
    mkdirSync(join(root, 'etc'))
    symlinkSync('/usr/share/zoneinfo/Europe/Oslo', join(root, 'etc/localtime'))
    writeFileSync(
      join(root, 'zone.tab'),
      '# comment\nDE\t+5230+01322\tEurope/Berlin\tmost of Germany\nNO\t+5955+01045\tEurope/Oslo\n',
    )
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it("is that of the system's zone, or of TZ", () => {
    expect(at()).toEqual({ country: 'NO', timeZone: 'Europe/Oslo' })
    expect(at({ TZ: ':Europe/Berlin' })).toEqual({ country: 'DE', timeZone: 'Europe/Berlin' })
  })

  it.each(['UTC', 'Etc/UTC', 'CET-1CEST', 'Europe/Nowhere'])('is unknown for %s', TZ => {
    expect(at({ TZ })).toBeUndefined()
  })
})
