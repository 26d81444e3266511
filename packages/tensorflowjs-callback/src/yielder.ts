import type { YieldEvery } from './tensorflow.js'

/** The interval that TensorFlow.js itself uses for `auto`, milliseconds. */
const AUTO_MS = 125

/** What pages and workers have and Node has not. */
interface Page {
  requestAnimationFrame?(callback: () => void): unknown
  readonly document?: { readonly visibilityState?: string }
}

interface PageChannel {
  readonly port1: { onmessage: (() => void) | null; close(): void }
  readonly port2: { postMessage(message: unknown): void }
}

/** No frame for this long: the page was hidden while it waited, and will get none. */
const FRAME_TIMEOUT_MS = 250

const nextMessage = (resolve: () => void): void => {
  const { port1, port2 } = new MessageChannel() as unknown as PageChannel
  port1.onmessage = () => {
    port1.close()
    resolve()
  }
  port2.postMessage(undefined)
}

/**
 * As `tf.nextFrame`, except in a hidden page: that gets no frames, and a training that waits for one stands still until
 * somebody looks. Messages go on at full speed.
 */
const nextFrame = (): Promise<void> =>
  new Promise(resolve => {
    const { requestAnimationFrame, document } = globalThis as Page
    if (!requestAnimationFrame) setImmediate(resolve)
    else if (document?.visibilityState === 'hidden') nextMessage(resolve)
    else {
      requestAnimationFrame(() => resolve())
      setTimeout(resolve, FRAME_TIMEOUT_MS)
    }
  })

export interface Yielder {
  afterBatch(): Promise<void> | undefined
  afterEpoch(): Promise<void> | undefined
}

/**
 * Lets timers and events run during training. TensorFlow.js does this only for handlers that it wraps itself: a list
 * of callback instances alone starves the event loop until the end of `fit`.
 */
export const createYielder = (every: YieldEvery, now: () => number = () => performance.now()): Yielder => {
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
