import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const dataFolder = join(dirname(require.resolve('mnist')), 'digits')

export const PIXELS = 28 * 28
export const CLASSES = 10

/** A small seeded generator (mulberry32), so that every run trains on the same samples in the same order. */
const seededRandom = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

const shuffle = (list, random) => {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[list[i], list[j]] = [list[j], list[i]]
  }
  return list
}

/**
 * Handwritten digits from the `mnist` package: 10,000 images of 28 × 28 pixels from 0 to 1, shuffled by a seed.
 * Its ten data files are read on their own: the package's entry point would turn all of them into nested arrays.
 */
export const loadDigits = seed => {
  const samples = []
  for (let label = 0; label < CLASSES; label++) {
    const { data } = JSON.parse(readFileSync(join(dataFolder, `${label}.json`), 'utf8'))
    const pixels = Float32Array.from(data)
    for (let at = 0; at + PIXELS <= pixels.length; at += PIXELS) {
      samples.push({ pixels: pixels.subarray(at, at + PIXELS), label })
    }
  }
  return shuffle(samples, seededRandom(seed))
}
