/** Beyond this no energy, power, mass or time of a run lies: what a file says there is damage. */
const MOST = 1e15

/** The number of a text, or `NaN` for one that is none or that cannot be meant. */
export const believable = (text: string | undefined): number => {
  const value = Number(text)
  return Math.abs(value) < MOST ? value : Number.NaN
}
