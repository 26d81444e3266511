import type { EpochRecord, RunRecord } from '@epochwatt/core'
import { formatEnergy, intervalText } from '../format/figure.js'
import { energyScale } from '../format/scale.js'
import type { Html } from '../html/html.js'
import { epochsTotal } from '../reading/epochs-total.js'
import type { Chart } from './chart.js'
import { drawEnergyBars, type EnergyBar, MOST_BARS, MOST_BARS_NARROW } from './energy-bars.js'
import type { Canvas } from './frame.js'

const knownEpochs = (record: RunRecord): readonly EpochRecord[] =>
  record.epochs.filter(epoch => epoch.energy_kwh)

/** An epoch, or the mean of several neighbours where there are too many for a bar each. */
const barOf = (epochs: readonly EpochRecord[]): EnergyBar => {
  const total = epochsTotal(epochs, 'energy_kwh')!
  const n = epochs.length
  const first = epochs[0]!.index
  return {
    label: n === 1 ? String(first) : `${first} – ${epochs.at(-1)!.index}`,
    energy: { ...total, value: total.value / n, low: total.low / n, high: total.high / n },
    complete: epochs.every(epoch => epoch.complete),
  }
}

const barsOf = (record: RunRecord, most: number): readonly EnergyBar[] => {
  const epochs = knownEpochs(record)
  const size = Math.ceil(epochs.length / most)
  const bars: EnergyBar[] = []
  for (let i = 0; i < epochs.length; i += size) bars.push(barOf(epochs.slice(i, i + size)))
  return bars
}

/** Energy of each epoch with its interval. */
export const epochEnergyChart = (record: RunRecord): Chart | undefined => {
  const epochs = knownEpochs(record)
  if (epochs.length === 0) return undefined
  const scale = energyScale(...epochs.map(epoch => epoch.energy_kwh!.value))
  const highest = Math.max(...epochs.map(epoch => epoch.energy_kwh!.high))
  const merged = epochs.length > MOST_BARS_NARROW

  const draw = (canvas: Canvas): Html =>
    drawEnergyBars(canvas, {
      id: 'epoch-energy',
      title: 'Energy per epoch',
      description: `A bar with an interval for each of ${epochs.length} epochs.`,
      noun: 'epoch',
      bars: barsOf(record, canvas.variant === 'wide' ? MOST_BARS : MOST_BARS_NARROW),
      scale,
      highest,
    })

  return {
    id: 'epoch-energy',
    title: 'Energy per epoch',
    caption: `${merged ? 'A bar labelled with a range is the mean of its epochs. ' : ''}Whiskers are the 90 % interval. Solid bars are measured, hatched ones modelled, empty ones assumed; a dashed edge marks an epoch in which the run ended.`,
    draw,
    table: {
      columns: ['Epoch', `Energy ${scale.unit}`, '90 % interval', 'Tier'],
      rows: barsOf(record, MOST_BARS).map(({ label, energy }) => {
        const figure = formatEnergy(energy, scale)
        return [label, figure.value, intervalText(figure) ?? '', energy.tier]
      }),
    },
  }
}
