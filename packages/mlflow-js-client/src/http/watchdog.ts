/** Aborts what shows no sign of life for a while. */
export interface Watchdog {
  readonly signal: AbortSignal
  readonly hasBitten: boolean
  /** A sign of life: the patience starts anew. */
  touch(): void
  stop(): void
}

/**
 * The timeout of an attempt. Like the Python client's it counts silence, not the whole duration, so that a large
 * artifact may take as long as it needs while bytes flow.
 */
export const startWatchdog = (patienceMs: number, outer?: AbortSignal): Watchdog => {
  const controller = new AbortController()
  let hasBitten = false
  const bite = (): void => {
    hasBitten = true
    controller.abort(new DOMException(`No sign of life for ${patienceMs} ms`, 'TimeoutError'))
  }
  const follow = (): void => controller.abort(outer?.reason)
  let timer = setTimeout(bite, patienceMs)
  // Not AbortSignal.any: a long-lived outer signal would hold every request ever made with it.
  outer?.addEventListener('abort', follow, { once: true })
  if (outer?.aborted) follow()
  return {
    signal: controller.signal,
    get hasBitten() {
      return hasBitten
    },
    touch: () => {
      clearTimeout(timer)
      timer = setTimeout(bite, patienceMs)
    },
    stop: () => {
      clearTimeout(timer)
      outer?.removeEventListener('abort', follow)
    },
  }
}
