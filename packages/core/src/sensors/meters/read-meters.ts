import { OptionError } from '../../errors.js'
import type { Component, SensorSpec } from '../sensor.js'
import type { MeterOption } from './meter-option.js'
import { meterPreset } from './meter-presets.js'
import type { HttpAccess, MeterSettings } from './meter-question.js'
import { checkMeter, type MeterProblem } from './meter-schema.js'
import { unitMeaning } from './meter-units.js'

const PROVIDER = 'meter'

const SECRETS = new Set(['password', 'token'])
const HIDDEN = '(not shown)'

type Environment = Readonly<Record<string, string | undefined>>

/** A message must not repeat a secret, nor what stands in the place of one. */
const shownValue = (meter: unknown, { key, isUnknown }: MeterProblem): unknown => {
  if (typeof meter !== 'object' || meter === null) return typeof meter
  const value = (meter as Record<string, unknown>)[key.split('.', 1)[0]!]
  // A misspelt key may hold a password, and an address too.
  const mayBeSecret = isUnknown || SECRETS.has(key) || (typeof value === 'string' && value.includes('@'))
  return mayBeSecret ? HIDDEN : value
}

const secretOf = (
  shown: string,
  given: string | undefined,
  variable: string | undefined,
  environment: Environment,
): string | undefined => {
  if (variable === undefined) return given
  const value = environment[variable]
  if (!value) throw new OptionError(shown, variable, 'the name of an environment variable that is set')
  return value
}

type HttpMeter = Extract<MeterOption, { readonly url: string }>

const accessOf = (meter: HttpMeter, shown: string, environment: Environment): HttpAccess => {
  const password = secretOf(`${shown}.passwordFrom`, meter.password, meter.passwordFrom, environment)
  const token = secretOf(`${shown}.tokenFrom`, meter.token, meter.tokenFrom, environment)
  const { username = password === undefined ? undefined : 'admin' } = meter
  if (username !== undefined && password === undefined) {
    throw new OptionError(`${shown}.username`, username, 'a user together with password or passwordFrom')
  }
  const login = username !== undefined && password !== undefined ? { username, password } : undefined
  const basic =
    login && `Basic ${Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64')}`
  const authorization = token === undefined ? basic : `Bearer ${token}`
  return {
    url: meter.url,
    // Shelly's second generation takes Digest only, and would refuse Basic for good.
    headers: authorization && meter.type !== 'shelly-gen2' ? { authorization } : {},
    ...(login && { login }),
    allowSelfSigned: meter.allowSelfSigned ?? false,
  }
}

const domainOf = (covers: readonly Component[]): SensorSpec['domain'] => {
  if (covers.includes('other')) return 'wall'
  if (covers.length > 1) return 'platform'
  return covers[0] === 'gpu' ? 'gpu' : covers[0] === 'memory' ? 'dram' : 'package'
}

const specOf = (meter: MeterOption, name: string, shown: string, environment: Environment): SensorSpec => {
  const preset = meterPreset(meter, 'url' in meter ? accessOf(meter, shown, environment) : undefined)
  const covers = [...new Set(meter.covers ?? preset.covers)]
  const accuracy = meter.accuracy ?? preset.accuracy
  const { of, scale } = unitMeaning(preset.unit)
  const asked: { readonly everyMs?: number; readonly timeoutMs?: number } =
    meter.type === 'constant' ? {} : meter
  const everyMs = asked.everyMs ?? preset.everyMs
  const timeoutMs = asked.timeoutMs ?? preset.timeoutMs
  const settings: MeterSettings | { readonly watts: number } =
    meter.type === 'constant' ? { watts: meter.watts } : { question: preset.question!, everyMs, timeoutMs }
  return {
    id: `${PROVIDER}/${name}`,
    provider: PROVIDER,
    domain: domainOf(covers),
    device: `meter-${name}`,
    component: covers.includes('other') ? 'other' : covers[0]!,
    covers,
    contains: [],
    kind: of === 'energy' ? 'energy_counter' : 'power_gauge',
    tier: meter.type === 'constant' ? 'assumed' : 'measured',
    method: preset.method,
    band: { low: 1 - accuracy, high: 1 + accuracy },
    scale,
    maxPowerWatts: meter.maxWatts ?? preset.maxWatts,
    updatePeriodMs: Math.max(everyMs, preset.refreshMs),
    readAtBoundary: false,
    overrules: true,
    ...(meter.type !== 'constant' && { ownPace: true }),
    settings: { ...settings },
  }
}

const isInside = (inner: readonly Component[], outer: readonly Component[]): boolean =>
  inner.every(component => outer.includes(component))

/** Two meters see the same parts (two plugs of one machine), one sees part of the other's, or they have nothing in common. */
const checkOverlap = (specs: readonly SensorSpec[], shownAs: string): void => {
  for (const [index, a] of specs.entries()) {
    for (const [before, b] of specs.slice(0, index).entries()) {
      const share = a.covers.some(component => b.covers.includes(component))
      if (!share || isInside(a.covers, b.covers) || isInside(b.covers, a.covers)) continue
      throw new OptionError(
        `${shownAs}[${index}].covers`,
        a.covers,
        `the same parts as ${shownAs}[${before}] (${b.covers.join(', ')}), some of them only, or none: otherwise energy would count twice`,
      )
    }
  }
}

/**
 * The sensors of the option `meters`.
 *
 * @param shownAs How the option was spelt by its user, for messages.
 * @param environment Where secrets named by `passwordFrom` and `tokenFrom` are.
 * @throws OptionError naming the meter, the key, and what is accepted there; never a secret.
 *
 * @example
 * readMeters([{ type: 'shelly-gen2', url: 'http://192.168.1.20' }])
 */
export const readMeters = (
  meters: readonly unknown[],
  shownAs = 'meters',
  environment: Environment = process.env,
): SensorSpec[] => {
  const names = new Set<string>()
  const specs = meters.map((given, index): SensorSpec => {
    const shown = `${shownAs}[${index}]`
    const meter = checkMeter(given)
    if (!('type' in meter)) {
      throw new OptionError(`${shown}.${meter.key}`, shownValue(given, meter), meter.accepted)
    }
    const wanted = meter.name ?? meter.type
    if (meter.name !== undefined && names.has(meter.name)) {
      throw new OptionError(`${shown}.name`, meter.name, 'a name that no other meter has')
    }
    let name = wanted
    for (let number = 2; names.has(name); number++) name = `${wanted}-${number}`
    names.add(name)
    return specOf(meter, name, shown, environment)
  })
  checkOverlap(specs, shownAs)
  return specs
}
