import { findAccelerator } from '../data/accelerators.js'
import { acceleratorPart } from '../footprint/accelerator-embodied.js'
import { machineParts } from '../footprint/embodied.js'
import { type EmbodiedPart, type Share, shareOf } from '../footprint/embodied-part.js'
import { guessMachineKind } from '../footprint/machine-kind.js'
import { GUESSED_USAGE, type RunEntry } from '../journal/entry.js'
import type { Analysis } from '../meter/meter.js'
import { meanRankShare } from '../ranks/divide-among-ranks.js'
import type { SensorSpec } from '../sensors/sensor.js'
import { totalUsage } from './total-usage.js'

const isBoard = ({ component, domain }: SensorSpec): boolean =>
  component === 'gpu' && (domain === 'gpu' || domain === 'soc')

/** What of a board this run had, by its energy: a board that only others used, or nobody, is not its own. */
const boardShare = (analysis: Analysis, index: number, end: number): Share | undefined => {
  const { spec, ...curve } = {
    spec: analysis.curves[index]!.spec,
    sums: analysis.curves[index]!.between(0, end),
  }
  const { dynamic, static: idle, machine } = curve.sums
  if (machine <= 0 || dynamic + idle <= 0) return undefined
  const share = Math.min(1, (dynamic + idle) / machine) * (spec.share ?? 1)
  return {
    ...shareOf(share),
    ...(share !== 1 && { step: `× share ${Number(share.toPrecision(3))} of the board` }),
  }
}

const boardParts = (run: RunEntry, analysis: Analysis, end: number): readonly EmbodiedPart[] =>
  analysis.curves.flatMap(({ spec }, index) => {
    const share = isBoard(spec) ? boardShare(analysis, index, end) : undefined
    if (!share) return []
    const row = spec.product === undefined ? undefined : findAccelerator(spec.product)
    const { lifetimeYears } = run.footprint ?? {}
    return [
      acceleratorPart(1, end / 3.6e12, row, {
        shares: [share],
        ...(lifetimeYears !== undefined && { lifetimeYears }),
      }),
    ]
  })

/** The run's part in the making of the machine and of the accelerators that it used. */
export const embodiedRecord = (run: RunEntry, analysis: Analysis, end: number): readonly EmbodiedPart[] => {
  const { machine, location, scope, footprint } = run
  const usage = totalUsage(analysis.usage)
  // Where the work of others is out of sight, what there was to use stands in for what was used.
  const isGuessed = run.usageSource === GUESSED_USAGE
  const used = isGuessed ? usage.capacity : usage.busy
  // The device ages for everybody who uses it meanwhile: a process answers for its part of the work done.
  const share =
    scope === 'machine' || used === 0
      ? meanRankShare(analysis.ranks?.others ?? [], end)
      : Math.min(1, usage.tree / used)
  const { machineKg, lifetimeYears, storageGb, embodiedByParts } = footprint ?? {}
  return [
    ...machineParts({
      durationSeconds: end / 1e9,
      machine,
      location,
      share,
      ...(machineKg !== undefined && { machineKg }),
      ...(lifetimeYears !== undefined && { lifetimeYears }),
      ...(storageGb !== undefined && { storageGb }),
      ...(embodiedByParts && { byParts: true }),
    }),
    // A laptop is declared with all that is in it, and a page does not know whether its GPU is a board.
    ...(isGuessed || guessMachineKind(machine, location).kind === 'laptop'
      ? []
      : boardParts(run, analysis, end)),
  ]
}
