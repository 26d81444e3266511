import type { AcceleratorRow } from '../data/accelerators.js'
import { EMBODIED } from '../data/embodied.gen.js'
import { type EmbodiedPart, embodiedPart, type Share } from './embodied-part.js'

/**
 * The run's share of the carbon that was emitted to make accelerator boards: boards × footprint × time used / lifetime.
 * Published figures of one board differ as far as those of all: 164 and 575 kg for the same H100. So the bounds of a
 * known model are those of an unknown one in proportion.
 *
 * @param boards Boards, not GPUs: on boards with two GPUs one of them is half a board.
 * @param accelerator Its row, where the model is known.
 */
export const acceleratorPart = (
  boards: number,
  hours: number,
  accelerator: AcceleratorRow | undefined,
  {
    lifetimeYears,
    shares = [],
  }: { readonly lifetimeYears?: number; readonly shares?: readonly Share[] } = {},
): EmbodiedPart => {
  const generic = EMBODIED.accelerator
  const each = accelerator?.embodiedKilograms ?? generic.value
  const scale = (each / generic.value) * boards
  const source = accelerator?.embodiedSource ?? `for any accelerator, ${generic.source}`
  const making = {
    kilograms: generic.value * scale,
    low: generic.low * scale,
    high: generic.high * scale,
    label: `${boards} × ${accelerator?.name ?? 'accelerator'}, ${each} kgCO2e each (${source})`,
  }
  return embodiedPart('accelerator', making, hours, lifetimeYears, shares)
}
