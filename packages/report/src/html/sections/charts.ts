import type { RunRecord } from '@epochwatt/core'
import { sentence } from '../../reading/wording.js'
import { epochEnergyChart } from '../../svg/epoch-energy-chart.js'
import { metricChart } from '../../svg/metric-chart.js'
import { powerChart } from '../../svg/power-chart.js'
import { chartFigure, missingChart } from '../chart-figure.js'
import type { Html } from '../html.js'
import { section } from '../parts.js'

const noEpochs = (record: RunRecord): string =>
  record.epochs.length === 0
    ? 'no epoch was recorded.'
    : `the energy of epochs is unknown. ${sentence(record.energy.reason ?? 'no reason was recorded')}`

/** Power over time, energy per epoch, and the main metric against energy. */
export const chartsSection = (record: RunRecord): Html => {
  const power = powerChart(record)
  const energy = epochEnergyChart(record)
  const metric = metricChart(record)
  return section(
    'charts',
    'Charts',
    power
      ? chartFigure(power)
      : missingChart(
          'Power over time',
          record.energy.reason ?? 'fewer than two points of power were recorded.',
        ),
    energy ? chartFigure(energy) : missingChart('Energy per epoch', noEpochs(record)),
    metric
      ? chartFigure(metric)
      : missingChart(
          'A metric against energy',
          record.epochs.length === 0 || !record.epochs.some(epoch => epoch.energy_kwh)
            ? noEpochs(record)
            : 'epochs logged fewer than two values of a metric.',
        ),
  )
}
