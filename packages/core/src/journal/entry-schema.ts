import { isTariff, type Tariff } from '../footprint/tariff.js'
import { zod } from '../lazy-zod.js'
import type { JournalEntry } from './entry.js'
import { MOST } from './limits.js'
import { isPlainReading } from './plain-readings.js'

/** Counters have 64 bits at most. */
const MOST_RAW = 2 ** 64

const build = () => {
  const z = zod()
  // Times are nanoseconds of a monotonic clock as integers: exact in a double for 104 days.
  const t = z.number().int().nonnegative()
  const figure = z.number().min(-MOST).max(MOST)
  const atLeast0 = z.number().min(0).max(MOST)
  const scalar = z.union([z.string(), z.number(), z.boolean()])
  const raws = z.array(z.number().nullable())
  const text = z.string()
  const tier = z.enum(['measured', 'modelled', 'assumed'])
  const component = z.enum(['cpu', 'memory', 'gpu', 'other'])
  const domain = z.enum(['platform', 'package', 'core', 'uncore', 'dram', 'gpu', 'soc', 'battery', 'wall'])
  const interval = { low: figure, high: figure }

  const sensor = z.object({
    id: text,
    provider: text,
    domain,
    device: text,
    component,
    covers: z.array(component),
    contains: z.array(text),
    kind: z.enum(['energy_counter', 'power_gauge', 'model']),
    tier,
    method: text,
    band: z.object(interval),
    scale: figure,
    wrapRaw: z.number().positive().max(MOST_RAW).optional(),
    maxPowerWatts: atLeast0.positive().optional(),
    updatePeriodMs: atLeast0,
    idleWatts: z.object({ watts: atLeast0, source: text }).optional(),
    wattsByUtilisation: z.array(atLeast0).min(2).optional(),
    readAtBoundary: z.boolean(),
    share: z.number().min(0).max(1).optional(),
    optIn: text.optional(),
    product: text.optional(),
    overrules: z.boolean().optional(),
    ownPace: z.boolean().optional(),
  })

  const unavailable = z.array(
    z.object({
      id: text,
      domain,
      state: z.enum(['absent', 'locked', 'broken']),
      reason: text,
      remedy: text.optional(),
    }),
  )
  const count = z.number().int().nonnegative()
  const work = atLeast0
  const deviceUse = z.tuple([count, count, count, z.literal([0, 1]).nullable(), work, work])

  const grid = z.object({
    gramsPerKwh: atLeast0,
    ...interval,
    zone: text,
    source: text,
    basis: z.enum(['lifecycle', 'direct', 'unknown']),
    kind: z.enum(['average', 'marginal', 'residual', 'contract']),
    year: figure.optional(),
    tier,
    fallback: z.boolean(),
    estimated: z.boolean().optional(),
    method: text,
  })

  const stated = atLeast0.optional()
  const footprint = z.object({
    psuEfficiency: stated,
    boardShare: stated,
    preparationFactor: stated,
    wue: stated,
    waterIntensity: stated,
    tariff: z.custom<Tariff>(isTariff).optional(),
    marketIntensity: stated,
    marginalIntensity: stated,
    offsetKg: stated,
    machineKg: stated,
    lifetimeYears: stated,
    storageGb: stated,
    embodiedByParts: z.boolean().optional(),
  })

  const location = z.object({
    country: text.optional(),
    region: text.optional(),
    provider: text.optional(),
    cloudRegion: text.optional(),
    how: text,
  })
  const pue = z.object({ value: z.number().min(1).max(MOST), ...interval, tier, source: text, how: text })

  const staticPolicy = z.enum(['none', 'proportional', 'capacity', 'equal', 'reserved', 'full'])

  const run = z.object({
    type: z.literal('run'),
    version: z.number().int().positive(),
    t: z.literal(0),
    id: text,
    name: text,
    project: text,
    startedAt: z.iso.datetime(),
    owner: z.object({ pid: z.number().int(), startTicks: z.number().optional(), boot: text.optional() }),
    samplingIntervalMs: atLeast0.positive(),
    scope: z.enum(['process', 'machine']),
    staticPolicy,
    reservedShare: z.number().min(0).max(1).optional(),
    memoryLimitBytes: atLeast0.positive().optional(),
    idleWatts: atLeast0.optional(),
    sensors: z.array(sensor),
    unavailable,
    pending: unavailable.optional(),
    optIns: z.array(text),
    usageSource: text.optional(),
    machine: z.object({
      cpuModel: text,
      threads: z.number().int().positive(),
      sockets: z.number().int().positive(),
      memoryBytes: atLeast0,
      isHandheld: z.boolean().optional(),
      cloud: z.object({ provider: text, instanceType: text.optional() }).optional(),
      virtual: z.boolean(),
      cpuFamily: z.number().optional(),
      cpuModelNumber: z.number().optional(),
      cpuStepping: z.number().optional(),
      vendor: text.optional(),
      energyFiltering: z.boolean(),
    }),
    location,
    grid,
    pue,
    embodied: z.boolean(),
    footprint: footprint.optional(),
    software: z.record(text, text),
    tags: z.record(text, text),
    params: z.record(text, scalar),
  })

  return z.discriminatedUnion('type', [
    run,
    z.object({ type: z.literal('sensors'), t, sensors: z.array(sensor), unavailable }),
    z.object({ type: z.literal('place'), t, location, grid, pue, models: z.array(sensor) }),
    z.object({
      type: z.literal('ranks'),
      t,
      owner: z.boolean(),
      others: z.array(
        z.object({
          from: t,
          to: t.optional(),
          boards: z.array(text),
          scope: z.enum(['process', 'machine']),
          staticPolicy,
          nested: z.boolean().optional(),
        }),
      ),
    }),
    z.object({
      type: z.literal('tick'),
      t,
      r: raws,
      u: z
        .union([z.tuple([figure, figure, figure]), z.tuple([figure, figure, figure, figure.nullable()])])
        .nullable(),
      m: z.object({ since: t, raw: z.record(text, z.number()) }).optional(),
      g: z.union([z.literal(1), z.literal(2)]).optional(),
      p: z.tuple([count, count]).optional(),
      k: atLeast0.optional(),
      b: z.record(text, z.number().min(0).max(100)).optional(),
      d: z.record(text, deviceUse).optional(),
    }),
    z.object({ type: z.literal('clock'), t, sleptMs: atLeast0, steppedMs: figure }),
    z.object({
      type: z.literal('reading'),
      t,
      sensor: text,
      raw: z.number().nullable(),
      error: text.optional(),
    }),
    z.object({
      type: z.literal('begin'),
      t,
      window: z.number().int(),
      name: text,
      attributes: z.record(text, scalar),
      r: raws,
    }),
    z.object({ type: z.literal('end'), t, window: z.number().int(), r: raws }),
    z.object({
      type: z.literal('metrics'),
      t,
      window: z.number().int().optional(),
      values: z.record(text, z.number()),
    }),
    z.object({ type: z.literal('continued'), t }),
    z.object({ type: z.literal('params'), t, params: z.record(text, scalar) }),
    z.object({ type: z.literal('warning'), t, code: text, message: text }),
    z.object({ type: z.literal('grid'), t, until: t, grid }),
    z.object({ type: z.literal('hardware'), t, hardware: z.record(text, z.unknown()) }),
    z.object({
      type: z.literal('stop'),
      t,
      status: z.enum(['finished', 'failed', 'killed', 'recovered']),
      reason: text.optional(),
    }),
  ])
}

let schema: ReturnType<typeof build> | undefined

/**
 * Whether a decoded line is an entry of a kind that only a later version knows: whole, but nothing to us. What was
 * decided at the start is not of that kind, so a run can be read without it.
 */
export const isLaterEntry = (value: unknown): boolean => {
  schema ??= build()
  if (typeof value !== 'object' || value === null) return false
  const { type, t } = value as { readonly type?: unknown; readonly t?: unknown }
  const isKnown = schema.options.some(option => option.shape.type.value === type)
  return typeof type === 'string' && !isKnown && Number.isSafeInteger(t) && (t as number) >= 0
}

/** Validates one decoded journal line. Returns undefined for anything that is not an entry. */
export const parseEntry = (value: unknown): JournalEntry | undefined => {
  if (isPlainReading(value)) return value
  schema ??= build()
  const result = schema.safeParse(value)
  return result.success ? (result.data as JournalEntry) : undefined
}
