/** Mean power over one report, watts, of the blocks that it has. */
export type BlockPowers = Readonly<Partial<Record<PowermetricsBlock, number>>>

export type PowermetricsBlock = 'cpu' | 'gpu' | 'ane' | 'dram'

export const BLOCKS: readonly PowermetricsBlock[] = ['cpu', 'gpu', 'ane', 'dram']

const numberOf = (plist: string, key: string): number | undefined => {
  const text = new RegExp(`<key>${key}</key>\\s*<(?:integer|real)>([^<]+)<`).exec(plist)?.[1]
  const value = text === undefined ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/**
 * What one report of `powermetrics -f plist` says. Its energies are millijoules of the time that really passed, which it
 * states itself and which is never exactly what was asked for; newer systems give milliwatts in their place.
 */
export const readReport = (plist: string): BlockPowers => {
  const elapsedNs = numberOf(plist, 'elapsed_ns')
  const powers: Partial<Record<PowermetricsBlock, number>> = {}
  for (const block of BLOCKS) {
    const millijoules = numberOf(plist, `${block}_energy`)
    const milliwatts = numberOf(plist, `${block}_power`)
    if (millijoules !== undefined && elapsedNs) powers[block] = millijoules / 1e3 / (elapsedNs / 1e9)
    else if (milliwatts !== undefined) powers[block] = milliwatts / 1e3
  }
  return powers
}
