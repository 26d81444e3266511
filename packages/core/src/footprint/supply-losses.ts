import { addCorrelated, multiplyQuantity } from '../quantity/combine.js'
import type { Quantity } from '../quantity/quantity.js'

/** Energy that the instruments and models of a run do not see. */
export interface SupplyLosses {
  /** Board, fans, drives and network card. */
  readonly board_kwh?: Quantity
  /** Lost in the power supply. */
  readonly psu_kwh?: Quantity
  /** Why a figure that was asked for is absent. */
  readonly reason?: string
}

export interface SupplyQuestion {
  readonly psuEfficiency?: number
  readonly boardShare?: number
  /** Energy seen before the power supply, at the parts. */
  readonly atParts: Quantity | undefined
  /** Whether something that counts already sees the board. */
  readonly boardIsSeen: boolean
}

/** A stated share is the user's; how far it holds at another load nobody says. */
const assumed = (value: number) => ({ value, low: value, high: value, tier: 'assumed' }) as const

/**
 * What the way to the parts took, where the user states it: board = parts × share; power supply = (parts + board) ×
 * (1/η − 1). Energy that was read at the wall, or modelled from watts at the wall, has both inside.
 */
export const supplyLosses = ({
  psuEfficiency,
  boardShare,
  atParts,
  boardIsSeen,
}: SupplyQuestion): SupplyLosses => {
  if (!atParts)
    return { reason: 'energy was read at the wall, or modelled from watts at the wall: losses are inside' }
  const board =
    boardShare === undefined || boardIsSeen
      ? undefined
      : multiplyQuantity(
          atParts,
          [assumed(boardShare)],
          'kWh',
          `energy of the parts × ${boardShare}, for board, fans, drives and network card`,
        )
  const behind = board ? addCorrelated([atParts, board], 'parts + board') : atParts
  const psu =
    psuEfficiency === undefined
      ? undefined
      : multiplyQuantity(
          behind,
          [assumed(1 / psuEfficiency - 1)],
          'kWh',
          `energy behind the power supply × (1 / ${psuEfficiency} − 1)`,
        )
  return {
    ...(board && { board_kwh: board }),
    ...(psu && { psu_kwh: psu }),
    ...(boardShare !== undefined && boardIsSeen && { reason: 'board and fans are inside what was measured' }),
  }
}
