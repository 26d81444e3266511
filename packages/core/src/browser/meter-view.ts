import type { MeterText } from './meter-text.js'

const STYLE = `
:host { display: inline-block; font: 14px/1.4 system-ui, sans-serif; }
:host([hidden]) { display: none; }
section {
  --ink: light-dark(#1c2321, #e8edea); --soft: light-dark(#55605c, #a5b0ab);
  --paper: light-dark(#ffffff, #1a1f1d); --line: light-dark(#d3dad6, #3a433f); --live: light-dark(#1b7f4b, #5fd394);
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 8px;
  padding: 10px 14px; min-width: 15em;
}
header { display: flex; justify-content: space-between; gap: 1.5em; margin-bottom: 6px; font-size: 13px; color: var(--soft); }
.state::before { content: '○ '; }
section[data-state='running'] .state { color: var(--live); font-weight: 600; }
section[data-state='running'] .state::before { content: '● '; }
dl { display: grid; grid-template-columns: auto auto; gap: 2px 1.5em; margin: 0; align-items: baseline; }
dt { color: var(--soft); }
dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
dd strong { font-size: 17px; font-weight: 600; }
dd small { display: block; color: var(--soft); font-size: 12px; }
dd small:empty { display: none; }
footer { margin-top: 6px; font-size: 12px; color: var(--soft); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`

export type MeterState = 'waiting' | 'running' | 'finished'

const STATES: Readonly<Record<MeterState, string>> = {
  waiting: 'waiting for a run',
  running: 'measuring',
  finished: 'finished',
}

export interface MeterView {
  show(state: MeterState, text?: MeterText): void
}

const element = <K extends keyof HTMLElementTagNameMap>(
  name: K,
  parent: Node,
  text = '',
): HTMLElementTagNameMap[K] => {
  const made = document.createElement(name)
  made.textContent = text
  parent.appendChild(made)
  return made
}

/** One figure with its interval below. Returns how to set both. */
const figure = (list: Node, label: string): ((value: string, interval?: string) => void) => {
  element('dt', list, label)
  const place = element('dd', list)
  const value = element('strong', place)
  const interval = element('small', place)
  return (text, between = '') => {
    value.textContent = text
    interval.textContent = between
  }
}

/** Builds the widget's content. Figures change in place; only beginnings and ends are read out. */
export const createMeterView = (root: ShadowRoot): MeterView => {
  // Also where a Content Security Policy forbids style elements.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(STYLE)
  root.adoptedStyleSheets = [sheet]
  const section = element('section', root)
  section.setAttribute('aria-label', 'Energy and carbon of this training')
  const header = element('header', section)
  const state = element('span', header)
  state.className = 'state'
  const time = element('span', header)
  const list = element('dl', section)
  const setPower = figure(list, 'Power')
  const setEnergy = figure(list, 'Energy')
  const setCarbon = figure(list, 'CO₂ equivalent')
  element('footer', section, 'Assumed from the class of the device; 90 % interval below each figure.')
  const announcement = element('div', section)
  announcement.className = 'unseen'
  announcement.setAttribute('role', 'status')

  let shown: MeterState | undefined
  return {
    show: (next, text) => {
      section.dataset.state = next
      state.textContent = STATES[next]
      time.textContent = text?.time ?? ''
      setPower(text?.power ?? '–')
      setEnergy(text?.energy ?? '–', text?.energyInterval)
      setCarbon(text?.carbon ?? '–', text?.carbonInterval)
      if (next !== shown && next !== 'waiting')
        announcement.textContent =
          next === 'running'
            ? 'Energy is being measured.'
            : `Finished: ${text?.energy}, ${text?.carbon} CO₂ equivalent.`
      shown = next
    },
  }
}
