const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
}

const moved = (key: string, at: number, count: number): number | undefined => {
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const step = STEPS[key]
  return step === undefined ? undefined : Math.max(0, Math.min(count - 1, at + step))
}

/** A chart can be reached by the tab key; the arrows then walk through what the pointer would show. */
const walk = (chart: SVGSVGElement, live: HTMLElement): void => {
  const spots = [...chart.querySelectorAll<SVGGElement>('.hit')]
  if (spots.length === 0) return
  let at = -1
  const leave = (): void => spots[at]?.classList.remove('on')
  chart.setAttribute('tabindex', '0')
  chart.addEventListener('keydown', event => {
    const next = event.key === 'Escape' ? -1 : moved(event.key, at, spots.length)
    if (next === undefined) return
    event.preventDefault()
    leave()
    at = next
    spots[at]?.classList.add('on')
    live.textContent = spots[at]?.textContent ?? ''
  })
  chart.addEventListener('blur', leave)
}

export const walkCharts = (): void => {
  const live = document.createElement('p')
  live.className = 'unseen'
  live.setAttribute('aria-live', 'polite')
  document.querySelector('main')?.append(live)
  for (const chart of document.querySelectorAll<SVGSVGElement>('svg[role="img"]')) walk(chart, live)
}
