import type { RunEntry } from '../journal/entry.js'
import type { Analysis } from '../meter/meter.js'
import { meterFailure, meterRemedy } from '../sensors/meters/meter-error.js'
import type { SensorRecord } from './record.js'

/** What a reader should know of a sensor that is used: that its static part could not be told from the rest. */
const noteOn = (id: string, analysis: Analysis): string | undefined => {
  const idle = analysis.idle.get(id)
  return idle && !idle.observed && idle.watts === 0 ? `idle power: ${idle.source}` : undefined
}

/** How often a meter did not answer, and why. */
export const silenceOf = (id: string, { failures }: Analysis): string | undefined => {
  const { asked, failed, code } = failures.get(id) ?? { asked: 0, failed: 0, code: '' }
  if (failed === 0) return undefined
  return `${failed} of ${asked} questions were not answered: ${meterFailure(code)}`
}

/** Every sensor that was found, with why it was used or left out, and every one that could not be used. */
export const sensorRecords = (run: RunEntry, analysis: Analysis): SensorRecord[] => [
  ...run.sensors.map((spec): SensorRecord => {
    const selection = analysis.selection.get(spec.id) ?? { state: 'broken' as const }
    const notes = [selection.reason ?? noteOn(spec.id, analysis), silenceOf(spec.id, analysis)]
    const reason = notes.filter(note => note !== undefined).join('; ') || undefined
    const code = selection.state === 'broken' ? analysis.failures.get(spec.id)?.code : undefined
    return {
      id: spec.id,
      hw_type: spec.domain,
      kind: spec.kind,
      tier: spec.tier,
      state: selection.state,
      coverage: analysis.coverage.get(spec.id) ?? 0,
      method: spec.method,
      ...(reason !== undefined && { reason }),
      ...(code && { remedy: meterRemedy(code) }),
    }
  }),
  ...run.unavailable.map(
    (sensor): SensorRecord => ({
      id: sensor.id,
      hw_type: sensor.domain,
      kind: 'energy_counter',
      tier: 'measured',
      state: sensor.state,
      reason: sensor.reason,
      ...(sensor.remedy !== undefined && { remedy: sensor.remedy }),
    }),
  ),
]
