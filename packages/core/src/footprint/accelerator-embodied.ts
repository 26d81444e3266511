import type { AcceleratorRow } from '../data/accelerators.js'
import { EMBODIED } from '../data/embodied.gen.js'
import { multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'
import { lifetimeShare, lifetimeStep } from './embodied.js'

/**
 * The run's share of the carbon that was emitted to make accelerator boards: boards × footprint × time used / lifetime.
 * Published figures of one board differ as far as those of all: 164 and 575 kg for the same H100. So the bounds of a
 * known model are those of an unknown one in proportion.
 *
 * @param boards Boards, not GPUs: on boards with two GPUs one of them is half a board.
 * @param accelerator Its row, where the model is known.
 * @returns gCO2e.
 */
export const acceleratorEmbodied = (
  boards: number,
  hours: number,
  accelerator: AcceleratorRow | undefined,
): Quantity => {
  const generic = EMBODIED.accelerator
  const kilograms = accelerator?.embodiedKilograms ?? generic.value
  const scale = (kilograms / generic.value) * 1000 * boards
  const source = accelerator?.embodiedSource ?? `for any accelerator, ${generic.source}`
  const label = `${boards} × ${accelerator?.name ?? 'accelerator'}, ${kilograms} kgCO2e each (${source})`
  return multiplyQuantity(
    {
      value: generic.value * scale,
      low: generic.low * scale,
      high: generic.high * scale,
      unit: 'gCO2e',
      tier: 'assumed',
      method: label,
    },
    [lifetimeShare(hours)],
    'gCO2e',
    `${label} ${lifetimeStep(hours)}`,
  )
}
