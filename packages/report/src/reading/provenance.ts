import type { RunRecord } from '@epochwatt/core'
import { formatFactor, formatShare } from '../format/number.js'
import { gridText, locationText, pueText } from './circumstances.js'
import { SCOPE_TEXT, STATIC_POLICY_TEXT } from './wording.js'

/** One line of `where each figure came from`. */
export interface ProvenanceLine {
  readonly label: string
  readonly text: string
}

const gridOf = ({ grid }: RunRecord): string => {
  const { value, low, high } = grid.g_per_kwh
  const spread = grid.intervals.map(interval => interval.g_per_kwh)
  const varied = new Set(spread).size > 1
  return [
    gridText({ ...grid, gramsPerKwh: value, low, high }),
    ...(varied
      ? [
          `${spread.length} points in time, ${formatFactor(Math.min(...spread))} to ${formatFactor(Math.max(...spread))}`,
        ]
      : []),
  ].join('; ')
}

const attributionText = (record: RunRecord): string => {
  const { utilisation, tree_share_of_busy, tree_method } = record.methodology
  return [
    `energy of ${SCOPE_TEXT[record.scope]}`,
    STATIC_POLICY_TEXT[record.static_policy],
    ...(utilisation === undefined ? [] : [`machine ${formatShare(utilisation)} busy on average`]),
    ...(tree_share_of_busy === undefined
      ? []
      : [`${formatShare(tree_share_of_busy)} of its busy time was this run's`]),
    ...(tree_method === undefined ? [] : [`told by ${tree_method}`]),
  ].join('; ')
}

const samplingText = (record: RunRecord): string => {
  const { samples, sampling_interval_ms } = record.methodology
  if (samples === undefined || sampling_interval_ms === undefined) return 'by another tool'
  return `${samples} samples, one every ${formatFactor(sampling_interval_ms / 1000)} s`
}

/** Where the figures came from, besides the sensors: grid, PUE, place, attribution, sampling and versions. */
export const provenance = (record: RunRecord): readonly ProvenanceLine[] => [
  { label: 'Grid', text: gridOf(record) },
  { label: 'PUE', text: pueText(record.pue) },
  {
    label: 'Location',
    text: locationText({ ...record.location, cloudRegion: record.location.cloud_region }),
  },
  { label: 'Attribution', text: attributionText(record) },
  { label: 'Sampling', text: samplingText(record) },
  {
    label: 'Methodology',
    text: `version ${record.methodology.version}, data of ${record.methodology.data_version}, record ${record.schema}`,
  },
]
