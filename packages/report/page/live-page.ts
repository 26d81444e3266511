// What the page of a store does besides: it follows the runs that go on, by events of the server that it came from.
import { enhancePage } from './enhance-page.js'

enhancePage()

const table = document.querySelector<HTMLTableElement>('#runs table')
const live = document.querySelector<HTMLElement>('#live .content')
const state = document.querySelector<HTMLElement>('#connection')

/** Markup of the server's own making, in which every text of a record is escaped. */
interface Update {
  readonly markup: string
}

const updateOf = (event: Event): Update => JSON.parse((event as MessageEvent<string>).data) as Update

const chosenRuns = (): ReadonlySet<string> =>
  new Set(
    [...document.querySelectorAll<HTMLInputElement>('input[name=run]:checked')].map(({ value }) => value),
  )

const replaceRows = (markup: string): void => {
  const body = table?.tBodies[0]
  if (!table || !body) return
  const chosen = chosenRuns()
  body.innerHTML = markup
  for (const box of body.querySelectorAll<HTMLInputElement>('input[name=run]'))
    box.checked = chosen.has(box.value)
  table.dispatchEvent(new Event('rows'))
}

const events = new EventSource('/events')
events.addEventListener('live', event => {
  if (live) live.innerHTML = updateOf(event).markup
})
events.addEventListener('runs', event => replaceRows(updateOf(event).markup))
events.addEventListener('open', () => {
  if (state) state.textContent = 'live'
})
events.addEventListener('error', () => {
  if (state) state.textContent = 'not connected; figures are those of the last update'
})
