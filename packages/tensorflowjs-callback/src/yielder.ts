import type { TensorFlowLike, YieldEvery } from './tensorflow.js'

/** The interval that TensorFlow.js itself uses for `auto`, milliseconds. */
const AUTO_MS = 125

interface Frames {
  requestAnimationFrame?(callback: () => void): unknown
}

const ownNextFrame = (): Promise<void> =>
  new Promise(resolve => {
    const { requestAnimationFrame } = globalThis as Frames
    if (requestAnimationFrame) requestAnimationFrame(resolve)
    else setImmediate(resolve)
  })

export interface Yielder {
  afterBatch(): Promise<void> | undefined
  afterEpoch(): Promise<void> | undefined
}

/**
 * Lets timers and events run during training. TensorFlow.js does this only for handlers that it wraps itself: a list
 * of callback instances alone starves the event loop until the end of `fit`.
 */
export const createYielder = (
  every: YieldEvery,
  tf?: TensorFlowLike,
  now: () => number = () => performance.now(),
): Yielder => {
  const nextFrame = (): Promise<void> => tf?.nextFrame?.() ?? ownNextFrame()
  const intervalMs = every === 'auto' ? AUTO_MS : every
  let last = now()
  return {
    afterBatch: () => {
      if (every === 'batch') return nextFrame()
      if (typeof intervalMs !== 'number' || now() - last < intervalMs) return undefined
      last = now()
      return nextFrame()
    },
    afterEpoch: () => (every === 'epoch' ? nextFrame() : undefined),
  }
}
