import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkOptions } from '../options/check-options.js'
import { resolveOptions } from '../options/resolve-options.js'
import { startTracking } from '../tracker/start-tracking.js'
import type { WindowFigures } from '../tracker/tracker.js'
import { checkTags } from './check-tags.js'
import type { Policy } from './policy.js'
import { watchCaps } from './watch-caps.js'

/** Node 22.18 and newer. */
const readsTypeScript = Boolean((process.features as { typescript?: unknown }).typescript)
const nowhere = tmpdir()
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epochwatt-policy-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})
const organisationFile = (content: unknown): string => {
  const path = join(folder, 'organisation.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}

describe('config files', () => {
  it('let the project win over the organisation for options, and hold a project to both policies', () => {
    writeFileSync(
      join(folder, 'epochwatt.config.json'),
      JSON.stringify({ pue: 1.3, policy: { perRun: { kWh: 9 } } }),
    )
    const environment = {
      EPOCHWATT_CONFIG: organisationFile({ pue: 1.1, country: 'FR', policy: { requiredTags: ['team'] } }),
    }
    const { values, sources, policies } = resolveOptions({}, environment, folder)
    expect(values).toMatchObject({ pue: 1.3, country: 'FR' })
    expect(sources.get('country')).toBe('config')
    expect(policies).toEqual([{ perRun: { kWh: 9 } }, { requiredTags: ['team'] }])
  })

  it('may be code, with what JSON has no form for', () => {
    writeFileSync(
      join(folder, 'epochwatt.config.mjs'),
      `const exporter = { name: 'own', export: async () => {}, forceFlush: async () => {}, shutdown: async () => {} }
       export default { country: 'FR', exporters: [exporter] }`,
    )
    const { values } = resolveOptions({}, {}, folder)
    expect(values.country).toBe('FR')
    expect(values.exporters).toMatchObject([{ name: 'own' }])
  })

  // Node reads TypeScript since 22.18.
  it.runIf(readsTypeScript)('may be TypeScript where the engine reads it', () => {
    writeFileSync(
      join(folder, 'epochwatt.config.ts'),
      `const country: string = 'FR'\nexport default { country }`,
    )
    expect(resolveOptions({}, {}, folder).values.country).toBe('FR')
  })

  // Later engines read it: the line above is for them.
  it.skipIf(readsTypeScript)('say what TypeScript needs where the engine cannot read it', () => {
    writeFileSync(
      join(folder, 'epochwatt.config.ts'),
      `const country: string = 'FR'\nexport default { country }`,
    )
    expect(() => resolveOptions({}, {}, folder)).toThrow(
      /epochwatt\.config\.ts cannot be loaded: .*Node 22\.18/,
    )
  })

  it('are looked for: an organisation’s that is not there is an error, a project’s is not', () => {
    expect(resolveOptions({}, {}, folder).policies).toEqual([])
    expect(() => resolveOptions({}, { EPOCHWATT_CONFIG: '/no/such.json' }, folder)).toThrow(
      'EPOCHWATT_CONFIG is "/no/such.json", which does not exist; accepted: the path of a config file.',
    )
  })

  it.each<[unknown, string]>([
    [{ caps: 1 }, 'Option "policy in'],
    [{ requiredTags: 'team' }, 'Option "policy.requiredTags in'],
    [{ perRun: { kWh: -1 } }, 'Option "policy.perRun in'],
    [{ perProjectMonth: { watts: 1 } }, 'is {"watts":1}; accepted: an object of hours, kWh and gCO2e'],
    [{ action: 'halt' }, 'is "halt"; accepted: "warn" or "stop"'],
  ])('refuse the policy %j', (policy, message) => {
    const environment = { EPOCHWATT_CONFIG: organisationFile({ policy }) }
    expect(() => resolveOptions({}, environment, nowhere)).toThrow(message)
  })
})

describe('required tags', () => {
  it('are asked for before anything starts, and may come from outside', () => {
    vi.stubEnv('EPOCHWATT_CONFIG', organisationFile({ policy: { requiredTags: ['team', 'user'] } }))
    const dir = join(folder, 'store')
    expect(() => startTracking({ dir, tags: { team: 'vision' } })).toThrow(
      /lack "user" \(EPOCHWATT_TAGS="user=…"/,
    )
    expect(() => checkOptions({ dir })).toThrow(/lack "team", "user"/)
    vi.stubEnv('EPOCHWATT_TAGS', 'team=vision, user=a=b')
    expect(resolveOptions({}, process.env, nowhere).values.tags).toEqual({ team: 'vision', user: 'a=b' })
    checkOptions({ dir })
  })

  it('are missing when they are blank', () => {
    expect(() => checkTags({ team: ' ' }, [{ requiredTags: ['team'] }])).toThrow('lack "team"')
  })

  it('of another form are refused', () => {
    expect(() => resolveOptions({}, { EPOCHWATT_TAGS: 'vision' }, nowhere)).toThrow('EPOCHWATT_TAGS')
  })
})

const figures = (kWh: number, seconds = 60): WindowFigures => ({
  energyKwh: { value: kWh, low: kWh, high: kWh, unit: 'kWh', tier: 'modelled', method: 'test' },
  durationSeconds: seconds,
})

describe('watchCaps', () => {
  const effects = () => {
    const said: string[] = []
    return {
      said,
      warn: (_: string, text: string) => said.push(text),
      stop: (why: string) => said.push(`stop: ${why}`),
    }
  }

  it('warns once for a cap, and stops only where the policy says so', () => {
    const seen = effects()
    const policies: Policy[] = [{ perRun: { kWh: 2, hours: 1 } }, { perRun: { kWh: 3 }, action: 'stop' }]
    const watch = watchCaps(policies, {}, seen)
    watch(figures(1.9))
    expect(seen.said).toEqual([])
    watch(figures(2.1))
    watch(figures(2.2))
    expect(seen.said).toEqual(["the policy's cap of 2 kWh a run is reached with 2.1 kWh"])
    watch(figures(3, 3600))
    expect(seen.said.slice(1)).toEqual([
      "the policy's cap of 1 h a run is reached with 1 h",
      "the policy's cap of 3 kWh a run is reached with 3 kWh",
      "stop: the policy's cap of 3 kWh a run is reached with 3 kWh",
    ])
  })

  it('adds what the project took before this month', () => {
    const seen = effects()
    const watch = watchCaps([{ perProjectMonth: { kWh: 10 } }], { kWh: 9.5 }, seen)
    watch(figures(0.4))
    expect(seen.said).toEqual([])
    watch(figures(0.6))
    expect(seen.said).toEqual(["the policy's cap of 10 kWh a project and month is reached with 10.1 kWh"])
  })

  it('does not take the unknown for nothing used', () => {
    const seen = effects()
    watchCaps([{ perRun: { gCO2e: 0.001 } }], {}, seen)(figures(5))
    expect(seen.said).toEqual([])
  })
})

describe('a run under a policy', () => {
  it('is asked to stop when its project has used the month up, and records why', async () => {
    const dir = join(folder, 'store')
    const before = await startTracking({ dir, project: 'vision', country: 'FR' }).stop()
    const used = before!.duration_s / 3600
    const policy: Policy = { perProjectMonth: { hours: used / 2 }, action: 'stop' }
    vi.stubEnv('EPOCHWATT_CONFIG', organisationFile({ policy }))
    const warned: string[] = []
    const listen = ({ message }: Error): void => void warned.push(message)
    process.on('warning', listen)
    const other = startTracking({ dir, project: 'speech', country: 'FR' })
    const tracker = startTracking({ dir, project: 'vision', country: 'FR' })
    try {
      await vi.waitUntil(() => tracker.signal.aborted, 5000)
      expect(tracker.signal.reason).toMatch(/^the policy's cap of .* h a project and month is reached/)
      const record = await tracker.stop()
      expect(record?.warnings.map(({ code }) => code)).toContain('CAP_REACHED')
      await sleep(0)
      expect(warned.join()).toContain("the policy's cap")
    } finally {
      process.off('warning', listen)
      await other.stop()
    }
  })
})
