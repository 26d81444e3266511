import type { Tracker } from '../tracker/tracker.js'

/**
 * Runs are announced to the page, so that an `<epochwatt-meter>` finds them by itself, also one that came with another
 * copy of this package.
 */
export const RUN_BEGAN = 'epochwatt:run-began'
export const RUN_ENDED = 'epochwatt:run-ended'

const announce = (name: string, tracker: Tracker): void => {
  // Workers of some browsers have no CustomEvent.
  if (typeof CustomEvent === 'undefined' || typeof globalThis.dispatchEvent !== 'function') return
  globalThis.dispatchEvent(new CustomEvent(name, { detail: tracker }))
}

export const runBegan = (tracker: Tracker): void => announce(RUN_BEGAN, tracker)
export const runEnded = (tracker: Tracker): void => announce(RUN_ENDED, tracker)
