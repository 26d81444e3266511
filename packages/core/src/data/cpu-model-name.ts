const INTEL_FAMILY = /^(core|xeon|atom|celeron|pentium)\b/
const AMD_FAMILY = /^(ryzen|epyc|opteron|athlon|phenom|threadripper|sempron|fx)\b/

/** Words around a model's name that operating systems and product lists add or leave out as they please. */
const DECORATION =
  /\b(cpu|processor|apu|soc|mobile|extreme edition|x-series|(\d+|two|dual|triple|quad|six|eight|twelve|sixteen)-cores?|\d+(st|nd|rd|th) gen|gen)\b/g

/**
 * One spelling for all the ways in which Linux, Windows, systeminformation and product lists write a CPU's name:
 * `11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz` and `Intel Core i7-1165G7` both become `intel core i7 1165g7`.
 *
 * Only decoration is removed. Two names that differ in a letter of the model still differ.
 */
export const normaliseCpuModel = (model: string): string => {
  const bare = model
    .replace(/\((r|tm|c)\)|[®™©]/gi, ' ')
    .toLowerCase()
    .replace(/@.*$/, '')
    // The graphics of an APU: 'with Radeon Graphics', 'w/ Radeon 780M', 'Radeon R7, 12 Compute Cores 4C+8G'.
    .replace(/\b(with |w\/ *)?radeon\b.*$/, '')
    .replace(DECORATION, ' ')
    .replace(/[-_\s]+/g, ' ')
    .trim()
    // Sandy Bridge Xeons print a version that the lists do not have: 'E5-2670 0'.
    .replace(/ 0$/, '')
  // systeminformation keeps the vendor apart from the brand.
  if (INTEL_FAMILY.test(bare)) return `intel ${bare}`
  if (AMD_FAMILY.test(bare)) return `amd ${bare}`
  return bare
}
