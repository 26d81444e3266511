import { EpochwattError } from '../errors.js'
import { zod } from '../lazy-zod.js'
import { RECORD_SCHEMA, type RunRecord } from './record.js'

const build = () => {
  const z = zod()
  const scalar = z.union([z.string(), z.number(), z.boolean()])
  const tier = z.enum(['measured', 'modelled', 'assumed'])
  const quantity = z.object({
    value: z.number(),
    low: z.number(),
    high: z.number(),
    unit: z.string(),
    tier,
    method: z.string(),
  })
  const span = { energy_kwh: quantity.optional(), carbon_g: quantity.optional() }
  const line = z.object({ kwh: quantity.optional(), reason: z.string().optional() })
  const series = z.array(z.number())
  const basis = z.enum(['lifecycle', 'direct', 'unknown'])
  const kind = z.enum(['average', 'marginal', 'residual', 'contract'])
  const intervals = z.array(
    z.object({
      started_s: z.number(),
      ended_s: z.number(),
      g_per_kwh: z.number(),
      estimated: z.boolean().optional(),
      stale: z.boolean().optional(),
    }),
  )

  return z.object({
    schema: z.literal(RECORD_SCHEMA),
    id: z.string(),
    name: z.string(),
    project: z.string(),
    status: z.enum(['running', 'finished', 'failed', 'killed', 'recovered']),
    status_reason: z.string().optional(),
    started_at: z.iso.datetime(),
    ended_at: z.iso.datetime(),
    duration_s: z.number().nonnegative(),
    scope: z.enum(['process', 'machine']),
    ranks: z.object({ most: z.number(), owner: z.boolean(), divided_share: z.number() }).optional(),
    static_policy: z.enum(['none', 'proportional', 'capacity', 'equal', 'reserved', 'full']),
    energy: z.object({
      total_kwh: quantity.optional(),
      static_kwh: quantity.optional(),
      dynamic_kwh: quantity.optional(),
      machine_kwh: quantity.optional(),
      measured_share: z.number().optional(),
      components: z.object({ cpu: line, memory: line, gpu: line, other: line }),
      losses: z
        .object({
          board_kwh: quantity.optional(),
          psu_kwh: quantity.optional(),
          reason: z.string().optional(),
        })
        .optional(),
      facility_kwh: quantity.optional(),
      reason: z.string().optional(),
    }),
    carbon: z.object({
      operational_g: quantity.optional(),
      embodied_g: quantity.optional(),
      embodied_parts: z
        .array(
          z.object({
            name: z.string(),
            carbon_g: quantity,
            whole_kg: z.number(),
            lifetime_h: z.number(),
            time_share: z.number(),
            resource_share: z.number(),
          }),
        )
        .optional(),
      total_g: quantity.optional(),
      reason: z.string().optional(),
    }),
    water: z
      .object({
        site_l: quantity.optional(),
        electricity_l: quantity.optional(),
        total_l: quantity.optional(),
        reason: z.string().optional(),
      })
      .optional(),
    cost: z.object({ currency: z.string(), electricity: quantity, per_kwh: z.number() }).optional(),
    preparation: z
      .object({ factor: z.number(), energy_kwh: quantity.optional(), carbon_g: quantity.optional() })
      .optional(),
    offsets: z.object({ stated_kg: z.number() }).optional(),
    grid: z.object({
      g_per_kwh: quantity,
      zone: z.string(),
      source: z.string(),
      basis,
      kind,
      year: z.number().optional(),
      fallback: z.boolean(),
      intervals,
      beside: z
        .array(
          z.object({
            kind,
            basis,
            zone: z.string(),
            source: z.string(),
            g_per_kwh: quantity,
            carbon_g: quantity.optional(),
            intervals,
          }),
        )
        .optional(),
    }),
    pue: quantity.extend({ source: z.string(), how: z.string() }),
    location: z.object({
      country: z.string().optional(),
      region: z.string().optional(),
      provider: z.string().optional(),
      cloud_region: z.string().optional(),
      how: z.string(),
    }),
    epochs: z.array(
      z.object({
        index: z.number(),
        started_s: z.number(),
        ended_s: z.number(),
        ...span,
        mean_power_w: z.number().optional(),
        peak_power_w: z.number().optional(),
        phases: z.record(z.string(), z.object({ ...span, duration_s: z.number() })),
        metrics: z.record(z.string(), z.number()),
        complete: z.boolean(),
      }),
    ),
    outside_epochs: z.object({ ...span, duration_s: z.number() }),
    windows: z.array(
      z.object({
        name: z.string(),
        attributes: z.record(z.string(), scalar),
        started_s: z.number(),
        ended_s: z.number(),
        ...span,
      }),
    ),
    waste: z
      .object({
        after_best_epoch: z
          .object({
            metric: z.string(),
            best_epochs: z.array(z.number()),
            epochs: z.number(),
            energy_kwh: quantity.optional(),
            energy_share: z.number().optional(),
          })
          .optional(),
        failed_run: z.object({ energy_kwh: quantity }).optional(),
        idle: z
          .object({ time_share: quantity, time_s: z.number(), within: z.enum(['epochs', 'run']) })
          .optional(),
        accelerator_idle: z
          .object({ time_share: quantity, samples: z.number(), energy_kwh: quantity.optional() })
          .optional(),
      })
      .optional(),
    memory: z
      .object({ peak_gb: quantity, available_gb: z.number(), available_by: z.enum(['cgroup', 'machine']) })
      .optional(),
    power: z.object({ t_s: series, mean_w: series, min_w: series, max_w: series }),
    sensors: z.array(
      z.object({
        id: z.string(),
        hw_type: z.enum(['platform', 'package', 'core', 'uncore', 'dram', 'gpu', 'soc', 'battery', 'wall']),
        kind: z.enum(['energy_counter', 'power_gauge', 'model']),
        tier,
        state: z.enum([
          'used',
          'superseded',
          'not-asked-for',
          'frozen',
          'mirrored',
          'implausible',
          'absent',
          'locked',
          'broken',
        ]),
        coverage: z.number().optional(),
        method: z.string().optional(),
        reason: z.string().optional(),
        remedy: z.string().optional(),
      }),
    ),
    warnings: z.array(z.object({ code: z.string(), message: z.string() })),
    params: z.record(z.string(), scalar),
    tags: z.record(z.string(), z.string()),
    metrics: z.record(z.string(), z.number()),
    software: z.record(z.string(), z.string()),
    hardware: z.record(z.string(), z.unknown()),
    methodology: z.object({
      version: z.string(),
      data_version: z.string(),
      utilisation: z.number().optional(),
      tree_share_of_busy: z.number().optional(),
      tree_method: z.string().optional(),
      sampling_interval_ms: z.number().optional(),
      samples: z.number().optional(),
    }),
  })
}

let schema: ReturnType<typeof build> | undefined

/**
 * Checks that a decoded record.json is one.
 *
 * @param origin Where it came from, for the message.
 * @throws EpochwattError `RECORD_INVALID` naming the first wrong place.
 *
 * @example
 * ```ts
 * const record = parseRecord(JSON.parse(readFileSync('record.json', 'utf8')), 'record.json')
 * console.log(record.energy.total_kwh)
 * ```
 */
export const parseRecord = (value: unknown, origin: string): RunRecord => {
  schema ??= build()
  const result = schema.safeParse(value)
  if (result.success) return result.data satisfies RunRecord
  const [issue] = result.error.issues
  const place = issue?.path.join('.') || 'the whole'
  throw new EpochwattError(
    'RECORD_INVALID',
    `${origin} is not an ${RECORD_SCHEMA} record: ${place}: ${issue?.message}.`,
  )
}
