import type { Analysis } from '../meter/meter.js'
import { type Span, unionOf } from '../meter/spans.js'
import type { Quantity } from '../quantity/quantity.js'
import type { WasteRecord } from './record.js'
import type { RunTimeline, WindowSpan } from './run-timeline.js'
import { totalEnergy } from './span-energy.js'

/** What tells the best epoch, in order of preference, and which way is better. */
const MONITORED: readonly (readonly [metric: string, better: 1 | -1])[] = [
  ['val_loss', -1],
  ['val_accuracy', 1],
  ['val_acc', 1],
]

/** The kernel counts processor time in such steps, seconds. */
const CPU_TICK_SECONDS = 0.01

/**
 * Threads of the runtime that collect garbage and compile add up to a quarter to the processor time of one busy
 * thread: seen on Node.js training a dense network, 1.24 cores at most.
 */
const RUNTIME_THREADS = 1.25

/** Epochs of one training after the other: a number that is not higher than the last begins a new training. */
const trainingsOf = (epochs: readonly WindowSpan[]): WindowSpan[][] => {
  const trainings: WindowSpan[][] = []
  let last = Number.POSITIVE_INFINITY
  for (const epoch of epochs) {
    const index = epoch.begin.attributes.index as number
    if (index <= last) trainings.push([])
    trainings.at(-1)?.push(epoch)
    last = index
  }
  return trainings
}

const bestOf = (epochs: readonly WindowSpan[], metric: string, better: 1 | -1): WindowSpan | undefined => {
  let best: WindowSpan | undefined
  for (const epoch of epochs) {
    const value = epoch.metrics[metric]
    if (value === undefined || epoch.to === undefined) continue
    if (!best || (value - best.metrics[metric]!) * better > 0) best = epoch
  }
  return best
}

const afterBestEpoch = (
  analysis: Analysis,
  epochs: readonly WindowSpan[],
  end: number,
  total: Quantity | undefined,
): WasteRecord['after_best_epoch'] => {
  const ordered = [...epochs].sort((a, b) => a.from - b.from)
  // Of trainings that ran at the same time it cannot be told whose epoch is whose.
  if (ordered.some((epoch, index) => index > 0 && epoch.from < (ordered[index - 1]!.to ?? end)))
    return undefined
  const monitored = MONITORED.find(([metric]) => ordered.some(({ metrics }) => metrics[metric] !== undefined))
  if (!monitored) return undefined
  const [metric, better] = monitored
  const spans: Span[] = []
  const bestEpochs: number[] = []
  let later = 0
  for (const training of trainingsOf(ordered)) {
    const best = bestOf(training, metric, better)
    if (!best) continue
    bestEpochs.push(best.begin.attributes.index as number)
    later += training.length - 1 - training.indexOf(best)
    spans.push([best.to!, training.at(-1)!.to ?? end])
  }
  if (bestEpochs.length === 0) return undefined
  const energy = totalEnergy(analysis, spans)
  return {
    metric,
    best_epochs: bestEpochs,
    epochs: later,
    ...(energy && { energy_kwh: energy }),
    ...(energy && total && total.value > 0 && { energy_share: energy.value / total.value }),
  }
}

/** @param spans In order of time, without overlaps. */
const idleTime = (
  { usage, curves }: Analysis,
  spans: readonly Span[],
  within: 'epochs' | 'run',
): WasteRecord['idle'] => {
  // Where an accelerator works, a processor that waits for it is as it should be.
  if (curves.some(({ spec }) => spec.component === 'gpu')) return undefined
  let [observed, idle, least, most] = [0, 0, 0, 0]
  let past = 0
  for (const { from, to, treeSeconds } of usage) {
    const seconds = (to - from) / 1e9
    while (past < spans.length && spans[past]![1] <= from) past++
    let inside = 0
    for (let at = past; at < spans.length && spans[at]![0] < to; at++) {
      const [a, b] = spans[at]!
      inside += (Math.min(to, b) - Math.max(from, a)) / 1e9
    }
    const share = inside / seconds
    observed += inside
    idle += share * Math.max(0, seconds - treeSeconds)
    least += share * Math.max(0, seconds - treeSeconds - CPU_TICK_SECONDS)
    most += share * Math.max(0, seconds - Math.max(0, treeSeconds - CPU_TICK_SECONDS) / RUNTIME_THREADS)
  }
  if (observed <= 0) return undefined
  return {
    time_s: idle,
    time_share: {
      value: idle / observed,
      low: least / observed,
      high: most / observed,
      unit: '1',
      tier: 'measured',
      method: 'time less processor time of the process tree, where that is less than one core',
    },
    within,
  }
}

/**
 * What of a run served nothing, as far as its journal shows.
 *
 * @returns undefined where nothing can be said.
 */
export const wasteRecord = (
  analysis: Analysis,
  timeline: RunTimeline,
  epochs: readonly WindowSpan[],
  total: Quantity | undefined,
): WasteRecord | undefined => {
  const { end, stop } = timeline
  const failed = stop?.status === 'failed' || stop?.status === 'killed'
  const after = afterBestEpoch(analysis, epochs, end, total)
  const inEpochs = unionOf(epochs.map((epoch): Span => [epoch.from, epoch.to ?? end]))
  const idle =
    inEpochs.length > 0 ? idleTime(analysis, inEpochs, 'epochs') : idleTime(analysis, [[0, end]], 'run')
  const waste: WasteRecord = {
    ...(after && { after_best_epoch: after }),
    ...(failed && total && { failed_run: { energy_kwh: total } }),
    ...(idle && { idle }),
  }
  return Object.keys(waste).length > 0 ? waste : undefined
}
