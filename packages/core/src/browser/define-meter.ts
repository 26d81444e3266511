import type { Tracker } from '../tracker/tracker.js'
import { meterText } from './meter-text.js'
import { createMeterView } from './meter-view.js'
import { recentPower } from './recent-power.js'
import { RUN_BEGAN, RUN_ENDED } from './run-announcement.js'

/** How often figures are asked for, and how much of the time that may take at most (one part in so many). */
const INTERVAL_MS = 500
const REST = 100

/** What `<epochwatt-meter>` is in scripts. */
export interface EpochwattMeter extends HTMLElement {
  /** The run that is shown. Default: whichever began last in this page. */
  tracker: Pick<Tracker, 'figures' | 'isStopped'> | undefined
}

// The base class is there in pages only, and this module is imported elsewhere too.
const createMeterClass = () =>
  class extends HTMLElement implements EpochwattMeter {
    readonly #view = createMeterView(this.attachShadow({ mode: 'open' }))
    #tracker: EpochwattMeter['tracker']
    #isChosen = false
    #power = recentPower()
    #timer: ReturnType<typeof setTimeout> | undefined

    get tracker(): EpochwattMeter['tracker'] {
      return this.#tracker
    }

    set tracker(tracker: EpochwattMeter['tracker']) {
      this.#isChosen = tracker !== undefined
      this.#follow(tracker)
    }

    connectedCallback(): void {
      globalThis.addEventListener(RUN_BEGAN, this.#onBegan)
      globalThis.addEventListener(RUN_ENDED, this.#onEnded)
      this.#update()
    }

    disconnectedCallback(): void {
      globalThis.removeEventListener(RUN_BEGAN, this.#onBegan)
      globalThis.removeEventListener(RUN_ENDED, this.#onEnded)
      clearTimeout(this.#timer)
    }

    #onBegan = (event: Event): void => {
      if (!this.#isChosen) this.#follow((event as CustomEvent<Tracker>).detail)
    }

    #onEnded = (event: Event): void => {
      if ((event as CustomEvent<Tracker>).detail === this.#tracker) this.#update()
    }

    #follow(tracker: EpochwattMeter['tracker']): void {
      this.#tracker = tracker
      this.#power = recentPower()
      if (this.isConnected) this.#update()
    }

    #update(): void {
      clearTimeout(this.#timer)
      const tracker = this.#tracker
      if (!tracker) {
        this.#view.show('waiting')
        return
      }
      const began = performance.now()
      const figures = tracker.figures()
      const { isStopped } = tracker
      // Of what has ended the mean is what matters.
      const power = isStopped ? figures.meanPowerWatts : this.#power(figures)
      this.#view.show(isStopped ? 'finished' : 'running', meterText(figures, power))
      if (isStopped) return
      const took = performance.now() - began
      this.#timer = setTimeout(() => this.#update(), Math.max(INTERVAL_MS, took * REST))
    }
  }

/**
 * Defines the element `<epochwatt-meter>`: power, energy and carbon of the run that is going on, each with its interval.
 * It finds the run by itself, follows the page's `color-scheme`, and reads out beginnings and ends only.
 *
 * A training that never gives way to the page (`yieldEvery: 'never'`) shows when it is through. Calling this twice is
 * harmless.
 *
 * @example
 * defineMeter()
 * document.body.append(document.createElement('epochwatt-meter'))
 * await model.fit(x, y, { epochs: 20, callbacks: energyCallback() })
 */
export const defineMeter = (name = 'epochwatt-meter'): void => {
  if (!customElements.get(name)) customElements.define(name, createMeterClass())
}

declare global {
  interface HTMLElementTagNameMap {
    'epochwatt-meter': EpochwattMeter
  }
}
