import type { RunRecord } from '@epochwatt/core'
import { formatFactor, formatShare } from '../format/number.js'
import { howText, SCOPE_TEXT, STATIC_POLICY_TEXT } from './wording.js'

/** One line of `where each figure came from`. */
export interface ProvenanceLine {
  readonly label: string
  readonly text: string
}

const locationText = (record: RunRecord): string => {
  const { country, region, provider, cloud_region, how } = record.location
  const place = [provider && cloud_region ? `${provider} ${cloud_region}` : (cloud_region ?? provider), region, country]
    .filter(part => part !== undefined)
    .join(', ')
  return place ? `${place} (${howText(how)})` : `unknown (${howText(how)})`
}

const gridText = (record: RunRecord): string => {
  const { g_per_kwh, zone, source, basis, kind, year, fallback, intervals } = record.grid
  const spread = intervals.map(interval => interval.g_per_kwh)
  const varied = new Set(spread).size > 1
  return [
    `${formatFactor(g_per_kwh.value)} gCO₂e/kWh (${formatFactor(g_per_kwh.low)} – ${formatFactor(g_per_kwh.high)})`,
    `zone ${zone}${fallback ? ', a fallback since the place is unknown' : ''}`,
    `${source}${year === undefined ? '' : `, ${year}`}`,
    `${basis === 'unknown' ? 'unknown' : basis} basis, ${kind} intensity`,
    ...(varied
      ? [`${intervals.length} points in time from ${formatFactor(Math.min(...spread))} to ${formatFactor(Math.max(...spread))}`]
      : []),
  ].join('; ')
}

const pueText = (record: RunRecord): string => {
  const { value, low, high, source, how } = record.pue
  const interval = low === high ? '' : ` (${formatFactor(low)} – ${formatFactor(high)})`
  return `${formatFactor(value)}${interval}; ${howText(how)}; ${source}`
}

const attributionText = (record: RunRecord): string => {
  const { utilisation, tree_share_of_busy } = record.methodology
  return [
    `energy of ${SCOPE_TEXT[record.scope]}`,
    STATIC_POLICY_TEXT[record.static_policy],
    ...(utilisation === undefined ? [] : [`machine ${formatShare(utilisation)} busy on average`]),
    ...(tree_share_of_busy === undefined ? [] : [`${formatShare(tree_share_of_busy)} of its busy time was this run's`]),
  ].join('; ')
}

const samplingText = (record: RunRecord): string => {
  const { samples, sampling_interval_ms } = record.methodology
  return `${samples} samples, one every ${formatFactor(sampling_interval_ms / 1000)} s`
}

/** Where the figures came from, besides the sensors: grid, PUE, place, attribution, sampling and versions. */
export const provenance = (record: RunRecord): readonly ProvenanceLine[] => [
  { label: 'Grid', text: gridText(record) },
  { label: 'PUE', text: pueText(record) },
  { label: 'Location', text: locationText(record) },
  { label: 'Attribution', text: attributionText(record) },
  { label: 'Sampling', text: samplingText(record) },
  {
    label: 'Methodology',
    text: `version ${record.methodology.version}, data of ${record.methodology.data_version}, record ${record.schema}`,
  },
]
