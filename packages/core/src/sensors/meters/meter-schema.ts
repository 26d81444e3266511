import { zod } from '../../lazy-zod.js'
import type { Component } from '../sensor.js'
import { parseJsonPath } from './json-path.js'
import type { MeterOption } from './meter-option.js'
import { METER_UNITS } from './meter-units.js'

const COMPONENTS = ['cpu', 'memory', 'gpu', 'other'] as const satisfies readonly Component[]

const build = () => {
  const z = zod()
  const text = (error: string) => z.string({ error }).trim().min(1, error).max(500, error)
  const number = (low: number, high: number, what: string) => {
    const error = `${what} from ${low} to ${high}`
    return z.number({ error }).min(low, error).max(high, error)
  }
  const flag = z.boolean({ error: 'true or false' })
  const any = {
    name: z
      .string({ error: 'a text of letters, digits, ".", "_" and "-"' })
      .regex(/^[\w.-]{1,60}$/, 'a text of letters, digits, ".", "_" and "-"')
      .optional(),
    covers: z
      .array(z.enum(COMPONENTS, { error: `parts of: ${COMPONENTS.join(', ')}` }), {
        error: `a list of parts of: ${COMPONENTS.join(', ')}`,
      })
      .min(1, 'at least one part')
      .optional(),
    maxWatts: number(1, 1_000_000, 'watts').optional(),
    accuracy: number(0, 0.9, 'a ratio').optional(),
  }
  const asked = {
    ...any,
    everyMs: number(200, 600_000, 'milliseconds').optional(),
    timeoutMs: number(50, 60_000, 'milliseconds').optional(),
  }
  const address = 'an address that begins with http:// or https:// and holds neither user nor password'
  const http = {
    ...asked,
    url: z
      .string({ error: address })
      .refine(
        url => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && new URL(url).username === '',
        address,
      ),
    username: text('a text').optional(),
    password: text('a text').optional(),
    passwordFrom: text('the name of an environment variable').optional(),
    token: text('a text').optional(),
    tokenFrom: text('the name of an environment variable').optional(),
    allowSelfSigned: flag.optional(),
  }
  const unit = z.enum(METER_UNITS, { error: METER_UNITS.join(', ') })
  const path = 'keys and places with dots or brackets, e.g. "meters[0].power"'
  const plug = {
    ...http,
    channel: z
      .int({ error: 'a number from 0 on' })
      .min(0, 'a number from 0 on')
      .max(63, 'a number up to 63')
      .optional(),
    energy: flag.optional(),
  }
  const metric = 'the name of a metric, e.g. "node_power_watts"'
  return z.discriminatedUnion('type', [
    z.strictObject({ ...any, type: z.literal('constant'), watts: number(0, 1_000_000, 'watts') }),
    z.strictObject({ ...plug, type: z.literal('shelly-gen1') }),
    z.strictObject({ ...plug, type: z.literal('shelly-gen2') }),
    z.strictObject({ ...plug, type: z.literal('tasmota') }),
    z.strictObject({
      ...http,
      type: z.literal('home-assistant'),
      entity: z
        .string({ error: 'the id of a sensor, e.g. "sensor.rack_power"' })
        .regex(/^[a-z_]+\.\w+$/, 'the id of a sensor, e.g. "sensor.rack_power"'),
    }),
    z.strictObject({
      ...http,
      type: z.literal('http-json'),
      path: z.string({ error: path }).refine(value => parseJsonPath(value) !== undefined, path),
      unit,
    }),
    z.strictObject({
      ...http,
      type: z.literal('prometheus'),
      metric: z.string({ error: metric }).regex(/^[A-Za-z_:][\w:]*$/, metric),
      labels: z.record(z.string(), z.string(), { error: 'an object of texts' }).optional(),
      unit,
    }),
    z.strictObject({ ...http, type: z.literal('kepler') }),
    z.strictObject({ ...http, type: z.literal('scaphandre') }),
    z.strictObject({ ...http, type: z.literal('dcgm-exporter') }),
    z.strictObject({ ...asked, type: z.literal('ipmi'), command: text('the path of ipmitool').optional() }),
    z.strictObject({
      ...http,
      type: z.literal('redfish'),
      chassis: text('the name of a chassis').optional(),
    }),
  ])
}

let schema: ReturnType<typeof build> | undefined

const METER_TYPES: readonly MeterOption['type'][] = [
  'constant',
  'shelly-gen1',
  'shelly-gen2',
  'tasmota',
  'home-assistant',
  'http-json',
  'prometheus',
  'kepler',
  'scaphandre',
  'dcgm-exporter',
  'ipmi',
  'redfish',
]

/** What is wrong with a meter: which of its keys, and what is accepted there. */
export interface MeterProblem {
  readonly key: string
  readonly accepted: string
  /** No meter of its type has such a key. */
  readonly isUnknown: boolean
}

/** Checks the form of one entry of the option `meters`. */
export const checkMeter = (value: unknown): MeterOption | MeterProblem => {
  schema ??= build()
  const result = schema.safeParse(value)
  if (result.success) return result.data as MeterOption
  const [issue] = result.error.issues
  if (issue?.code === 'unrecognized_keys') {
    return {
      key: issue.keys[0] ?? '',
      accepted: 'nothing: no meter of this type has such a key',
      isUnknown: true,
    }
  }
  const key = issue?.path.join('.') ?? ''
  if (key === 'type' || key === '') return { key: 'type', accepted: METER_TYPES.join(', '), isUnknown: false }
  return { key, accepted: issue!.message, isUnknown: false }
}
