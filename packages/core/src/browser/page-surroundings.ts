import type { LateHardware, PageHardware } from '../sensors/browser/page-hardware.js'
import type { PageUsage } from '../sensors/browser/page-usage.js'
import type { PressureState } from './pressure.js'

/** Less of a run spent hidden than this is not worth a word. */
const HIDDEN_SHARE = 0.01

/** What a reader must know of the page's circumstances before trusting its figures. */
export const surroundingWarnings = (
  seconds: number,
  usage: PageUsage,
  pressure: PressureState | undefined,
): readonly (readonly [code: string, message: string])[] => {
  const warnings: [string, string][] = []
  const hidden = usage.hiddenSeconds()
  if (hidden > seconds * HIDDEN_SHARE) {
    const percent = ((hidden / seconds) * 100).toFixed(0)
    const counted =
      usage.darkSeconds() > 0
        ? 'what it did meanwhile could not be seen and is in the upper bound only'
        : 'only its long tasks count for that time'
    warnings.push([
      'PAGE_HIDDEN',
      `the page was hidden for ${percent} % of the run, where browsers slow pages down or stop them; ${counted}`,
    ])
  }
  if (pressure === 'critical') {
    warnings.push([
      'MACHINE_BUSY',
      'the browser reported critical pressure on the processor: other work may have run, and is not in the figures',
    ])
  }
  return warnings
}

/** The record's description of the machine, as far as a page is told. */
export const describePage = (
  { browser, platform, isHandheld, threads }: PageHardware,
  late: LateHardware | undefined,
  pressure: PressureState | undefined,
): Record<string, unknown> => ({
  threads,
  ...(browser && { browser }),
  ...(platform && { platform }),
  ...(isHandheld && { form_factor: 'handheld' }),
  ...(late?.gpuName && { gpu: late.gpuName }),
  ...(late?.battery && { battery: late.battery }),
  ...(late?.batteryLevel !== undefined && { battery_level: late.batteryLevel }),
  ...(pressure && { peak_pressure: pressure }),
})
