import * as tf from '@tensorflow/tfjs'

export const SIZE = 14
export const SHAPES = ['circle', 'square', 'cross']

/** A small generator, so that every visit trains on the same pictures. */
const randomFrom = seed => {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const isInk = {
  circle: (x, y, r) => Math.abs(Math.hypot(x, y) - r) < 0.8,
  square: (x, y, r) => Math.abs(Math.max(Math.abs(x), Math.abs(y)) - r) < 0.6,
  cross: (x, y, r) => Math.min(Math.abs(x), Math.abs(y)) < 0.6 && Math.max(Math.abs(x), Math.abs(y)) < r,
}

/** Pictures of shapes in several sizes and places, with noise, and their labels. */
export const drawShapes = (count, seed) => {
  const random = randomFrom(seed)
  const pixels = new Float32Array(count * SIZE * SIZE)
  const labels = Array.from({ length: count }, (_, picture) => {
    const label = picture % SHAPES.length
    const radius = 2.5 + random() * 2.5
    const [left, top] = [0, 0].map(() => SIZE / 2 - 0.5 + (random() - 0.5) * 2)
    for (let place = 0; place < SIZE * SIZE; place++) {
      const [x, y] = [(place % SIZE) - left, Math.floor(place / SIZE) - top]
      const ink = isInk[SHAPES[label]](x, y, radius) ? 1 : 0
      pixels[picture * SIZE * SIZE + place] = ink + (random() - 0.5) * 0.5
    }
    return label
  })
  return {
    x: tf.tensor4d(pixels, [count, SIZE, SIZE, 1]),
    y: tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), SHAPES.length).toFloat()),
  }
}
