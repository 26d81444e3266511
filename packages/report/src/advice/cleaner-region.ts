import type { RunRecord } from '@epochwatt/core'
import { type RankedRegion, type RegionRanking, rankRegions } from '@epochwatt/core/planning'
import { formatSignificant } from '../format/number.js'
import { fullRecord, type RunDigest } from '../reading/run-digest.js'
import { sumOfRuns } from '../reading/sum.js'
import { type Finding, ids, linkTo, runsText, savedByRatio } from './finding.js'

type Place = RunRecord['location']

type Run = RunRecord | RunDigest

/** Runs that were at the same place, on the same grid and in the same building. */
const byPlace = (records: readonly Run[]): readonly (readonly [Run, ...Run[]])[] => {
  const groups = new Map<string, [Run, ...Run[]]>()
  for (const record of records) {
    const { zone, source, basis, kind } = record.grid
    const key = JSON.stringify([record.location, zone, source, basis, kind, record.pue.value])
    const group = groups.get(key)
    if (group) group.push(record)
    else groups.set(key, [record])
  }
  return [...groups.values()]
}

/** Mean over the energy of the runs, where the intensity was another at each time. */
const meanIntensity = (records: readonly Run[], total: number): RunRecord['grid']['g_per_kwh'] => {
  const intensities = records.map(({ grid }) => grid.g_per_kwh)
  if (new Set(intensities.map(({ value }) => value)).size === 1) return intensities[0]!
  const mean = (bound: 'value' | 'low' | 'high') =>
    records.reduce((sum, { energy, grid }) => sum + energy.total_kwh!.value * grid.g_per_kwh[bound], 0) /
    total
  return { ...intensities[0]!, value: mean('value'), low: mean('low'), high: mean('high') }
}

/** Ranked for the energy of all of them together: the place is the same, and with it the regions that are cleaner. */
const together = (records: readonly [Run, ...Run[]]): RunRecord | undefined => {
  const total = sumOfRuns(
    records.map(({ energy }) => energy.total_kwh),
    'sum over runs',
  )
  const facility = sumOfRuns(
    records.map(({ energy }) => energy.facility_kwh),
    'sum over runs',
  )
  const first = fullRecord(records[0])
  if (!total || total.value <= 0) return undefined
  return {
    ...first,
    energy: { ...first.energy, total_kwh: total, ...(facility && { facility_kwh: facility }) },
    grid: { ...first.grid, g_per_kwh: meanIntensity(records, total.value) },
  }
}

/** The ranking is of averages on one of two bases; other figures have nothing to be held against. */
const rankedFor = (record: RunRecord): RegionRanking | undefined => {
  const { basis, kind } = record.grid
  if (basis === 'unknown' || kind !== 'average' || record.grid.fallback) return undefined
  return rankRegions({ record, basis })
}

/** Of one provider, or of all. A provider that the tables do not know has none. */
const savingRegions = ({ regions }: RegionRanking, provider: string | undefined): readonly RankedRegion[] =>
  regions.filter(
    ({ cloud, saving }) =>
      saving?.ratio.verdict === 'lower' &&
      saving.carbon_g > 0 &&
      (provider === undefined || cloud.startsWith(`${provider}:`)),
  )

const METHOD = 'carbon where it ran × (1 − ratio of the footprints there and here)'

/** `× 0.039 in aws:eu-north-1 (Stockholm, SE)` */
const regionText = ({ cloud, place, country, saving }: RankedRegion): string =>
  `× ${formatSignificant(saving!.ratio.value, 2)} in ${cloud} (${place}, ${country})`

const placeName = ({ cloud_region, region, country, provider }: Place): string =>
  provider !== undefined && cloud_region !== undefined
    ? `${provider}:${cloud_region}`
    : (region ?? country ?? 'where it ran')

const isInCloud = (record: RunRecord): boolean =>
  record.location.provider !== undefined && record.location.cloud_region !== undefined

/**
 * A region with a cleaner grid: of the same provider where the runs were in a cloud, else any. Only regions whose
 * footprint is surely lower count, not those whose best guess is.
 */
export const cleanerRegion = (records: readonly Run[]): readonly Finding[] =>
  byPlace(records.filter(({ energy }) => energy.total_kwh)).flatMap(group => {
    const record = together(group)
    if (!record) return []
    const inCloud = isInCloud(record)
    const ranking = rankedFor(record)
    if (!ranking?.ran) return []
    const [best, ...others] = savingRegions(ranking, inCloud ? record.location.provider : undefined)
    if (!best) return []
    return [
      {
        code: 'cleaner-region' as const,
        title: inCloud
          ? `A cleaner region of the same provider: ${best.cloud}`
          : `A cleaner grid, such as that of ${best.cloud}`,
        text: [
          `${runsText(group.length)} at ${placeName(record.location)}. The footprint of the same energy is ${[best, ...others.slice(0, 2)].map(regionText).join(', ')}.`,
          ...(inCloud
            ? []
            : ['That holds for the same hardware: a machine of a cloud may use more or less energy.']),
        ].join(' '),
        how: `Energy of the runs × PUE × intensity, here and there, ${ranking.basis} averages; only regions count whose 90 % interval of the ratio stays below 1. Bounds are the worst pairing.`,
        link: linkTo('cleaner-region'),
        runs: ids(group),
        saving: { carbon_g: savedByRatio(ranking.ran.carbon_g, best.saving!.ratio, METHOD) },
      },
    ]
  })
