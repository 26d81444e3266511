import { operationalCarbon } from '../footprint/operational-carbon.js'
import type { PueFigure } from '../footprint/pue.js'
import type { GridIntensity } from '../grid/grid-intensity.js'
import type { Location } from '../grid/location.js'
import { multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import { gridFigure, locationFigure, pueFigure } from '../record/place-figures.js'
import { type EpochRecord, type Line, RECORD_SCHEMA, type RunRecord } from '../record/record.js'
import type { Component } from '../sensors/sensor.js'
import { DATA_VERSION, METHODOLOGY_VERSION } from '../version.js'

/** What a foreign tool wrote down about one run. */
export interface ForeignRun {
  /** Name of the tool, e.g. `CodeCarbon`. */
  readonly tool: string
  /** The same run has the same id whenever it is imported. */
  readonly id: string
  readonly name: string
  readonly project: string
  readonly status: RunRecord['status']
  readonly statusReason?: string
  readonly startedAt: Date
  readonly durationSeconds: number
  readonly scope: RunRecord['scope']
  /** IT energy of all components, kWh. */
  readonly energy?: Quantity
  readonly components: Readonly<Record<Component, Line>>
  /** Share of the energy that instruments reported. */
  readonly measuredShare?: number
  readonly grid: GridIntensity
  readonly pue: PueFigure
  readonly location: Location
  readonly epochs?: readonly EpochRecord[]
  readonly outsideEpochs?: RunRecord['outside_epochs']
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
  readonly params?: RunRecord['params']
  readonly tags?: RunRecord['tags']
  readonly metrics?: RunRecord['metrics']
  readonly water?: RunRecord['water']
  /** Mean utilisation of the machine, 0 to 1. */
  readonly utilisation?: number
  readonly software: RunRecord['software']
  readonly hardware: RunRecord['hardware']
}

/** Where the figures of a foreign run stand on something: one line a component, in place of sensors of our own. */
const sensorsOf = ({ tool, components }: ForeignRun): RunRecord['sensors'] => {
  const domains = { cpu: 'package', memory: 'dram', gpu: 'gpu', other: 'platform' } as const
  return (Object.keys(domains) as Component[]).flatMap(component => {
    const { kwh } = components[component]
    if (!kwh) return []
    return [
      {
        id: `${tool.toLowerCase()}/${component}`,
        hw_type: domains[component],
        kind: kwh.tier === 'measured' ? ('energy_counter' as const) : ('model' as const),
        tier: kwh.tier,
        state: 'used' as const,
        method: kwh.method,
      },
    ]
  })
}

/**
 * A record of a run that another tool watched. Energy and carbon are those that the tool wrote down; what it did not
 * write down is absent. Nobody's offsets, and no embodied carbon, are added.
 *
 * @example
 * ```ts
 * // In an importer of one's own, `run` being a `ForeignRun` made of what the tool wrote:
 * const { energy, carbon } = importedRecord(run)
 * ```
 */
export const importedRecord = (run: ForeignRun): RunRecord => {
  const { energy, grid, pue, tool, durationSeconds, startedAt } = run
  const operational = energy && operationalCarbon([{ energy, intensity: grid }], pue)
  return {
    schema: RECORD_SCHEMA,
    id: run.id,
    name: run.name,
    project: run.project,
    status: run.status,
    ...(run.statusReason !== undefined && { status_reason: run.statusReason }),
    started_at: startedAt.toISOString(),
    ended_at: new Date(startedAt.getTime() + durationSeconds * 1000).toISOString(),
    duration_s: durationSeconds,
    scope: run.scope,
    // Idle power is in what the tool booked; none of them takes it apart.
    static_policy: 'full',
    energy: {
      ...(energy && {
        total_kwh: energy,
        facility_kwh: multiplyQuantity(energy, [pue], 'kWh', `total × PUE ${pue.value} (${pue.source})`),
      }),
      ...(energy && run.measuredShare !== undefined && { measured_share: run.measuredShare }),
      components: run.components,
      ...(!energy && { reason: `${tool} wrote down no energy` }),
    },
    carbon: {
      ...(operational && { operational_g: operational, total_g: operational }),
      reason: operational ? `${tool} does not count embodied carbon` : `${tool} wrote down no energy`,
    },
    ...(run.water && { water: run.water }),
    grid: {
      ...gridFigure(grid),
      intervals: [{ started_s: 0, ended_s: durationSeconds, g_per_kwh: grid.gramsPerKwh }],
    },
    pue: pueFigure(pue),
    location: locationFigure(run.location),
    epochs: run.epochs ?? [],
    outside_epochs: run.outsideEpochs ?? {
      ...(energy && { energy_kwh: energy }),
      ...(operational && { carbon_g: operational }),
      duration_s: durationSeconds,
    },
    windows: [],
    power: { t_s: [], mean_w: [], min_w: [], max_w: [] },
    sensors: sensorsOf(run),
    warnings: [
      {
        code: 'IMPORTED',
        message: `energy and carbon were written down by ${tool}; how it found them is known only as far as its file says`,
      },
      ...(grid.fallback
        ? [
            {
              code: 'GRID_FALLBACK',
              message: `${tool} did not know the place: the carbon intensity is an average of the world and may be off by a factor of five; \`epochwatt recompute\` takes another`,
            },
          ]
        : []),
      ...run.warnings,
    ],
    params: run.params ?? {},
    tags: { imported_from: tool.toLowerCase(), ...run.tags },
    metrics: run.metrics ?? {},
    software: run.software,
    hardware: run.hardware,
    methodology: {
      version: METHODOLOGY_VERSION,
      data_version: DATA_VERSION,
      ...(run.utilisation !== undefined && { utilisation: run.utilisation }),
    },
  }
}
