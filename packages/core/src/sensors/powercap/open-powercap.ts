import { join } from 'node:path'
import { openDecimalFile } from '../decimal-file.js'
import { readText } from '../read-text.js'
import type { OpenSensor, SensorSpec } from '../sensor.js'
import { energyFile } from './zone-access.js'

/** What the opener needs to find a zone again. */
export interface PowercapSettings {
  readonly directory: string
  readonly name: string
}

/**
 * Opens the counter of one zone.
 *
 * @throws An error with a system code; `ENODEV` when another zone has taken this one's place.
 */
export const openPowercap = (spec: SensorSpec): OpenSensor => {
  const { directory, name } = spec.settings as unknown as PowercapSettings
  // Zones are numbered as they register: after a hot-plug the same directory may hold another zone.
  if (readText(join(directory, 'name')) !== name) {
    throw Object.assign(new Error(`${directory} is not the zone "${name}" any more.`), { code: 'ENODEV' })
  }
  return { spec, ...openDecimalFile(energyFile({ directory })) }
}
