import type { RunRecord, SensorRecord } from '@epochwatt/core'
import { formatShare } from '../../format/number.js'
import { provenance } from '../../reading/provenance.js'
import { SENSOR_KIND_TEXT, SENSOR_STATE_TEXT, sentence } from '../../reading/wording.js'
import { type Html, html } from '../html.js'
import { definitions, foreign, section, tierBadge } from '../parts.js'

const usedSensor = (
  sensor: SensorRecord,
): Html => html`<li><p><code>${sensor.id}</code> ${tierBadge(sensor.tier)}, ${SENSOR_KIND_TEXT[sensor.kind]}${
  sensor.coverage !== undefined && html`, observed ${formatShare(sensor.coverage)} of the time`
}</p>
${sensor.method && html`<p>${sentence(sensor.method)}</p>`}
${sensor.reason && html`<p>${sentence(sensor.reason)}</p>`}</li>
`

const unusedSensor = (
  sensor: SensorRecord,
): Html => html`<li><p><code>${sensor.id}</code> <span class="state">${SENSOR_STATE_TEXT[sensor.state]}</span></p>
${sensor.reason && html`<p>${sentence(sensor.reason)}</p>`}
${sensor.remedy && html`<pre><code>${sensor.remedy}</code></pre>`}</li>
`

const sensorList = (title: string, sensors: readonly Html[], none: string): Html => html`<h3>${title}</h3>
${
  sensors.length > 0
    ? html`<ul class="sensors">
${sensors}</ul>`
    : html`<p>${none}</p>`
}
`

/** Where each figure came from: sensors used and left out, grid, PUE, place, attribution, versions. */
export const provenanceSection = (record: RunRecord): Html => {
  const used = record.sensors.filter(sensor => sensor.state === 'used')
  const unused = record.sensors.filter(sensor => sensor.state !== 'used')
  return section(
    'provenance',
    'Where each figure came from',
    sensorList('Sensors used', used.map(usedSensor), 'None.'),
    sensorList('Sensors left out', unused.map(unusedSensor), 'None.'),
    html`<h3>Grid, building and method</h3>`,
    definitions(provenance(record)),
  )
}

/** What the run was, by its user's words: parameters, tags and final numbers. */
export const settingsSection = (record: RunRecord): Html | undefined => {
  const lines = (values: Readonly<Record<string, string | number | boolean>>) =>
    Object.entries(values).map(([label, value]) => ({ label, text: foreign(String(value)) }))
  const groups = [
    { title: 'Parameters', lines: lines(record.params) },
    { title: 'Final metrics', lines: lines(record.metrics) },
    { title: 'Tags', lines: lines(record.tags) },
  ].filter(group => group.lines.length > 0)
  if (groups.length === 0) return undefined
  return section(
    'settings',
    'Parameters',
    groups.map(
      group => html`<h3>${group.title}</h3>
${definitions(group.lines)}`,
    ),
  )
}

const MOST_FACTS = 200

/** Leaves of a nested description with their paths; what has no value is left out. */
const flatten = (value: unknown, path: string, lines: { label: string; text: string }[]): void => {
  if (value === null || value === undefined || value === '' || lines.length >= MOST_FACTS) return
  if (typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      const name = Array.isArray(value) ? String(Number(key) + 1) : key.replaceAll('_', ' ')
      flatten(inner, path === '' ? name : `${path} ${name}`, lines)
    }
    return
  }
  lines.push({ label: path, text: String(value) })
}

/** Hardware and software that the run was on. */
export const hardwareSection = (record: RunRecord): Html => {
  const hardware: { label: string; text: string }[] = []
  flatten(record.hardware, '', hardware)
  const software = Object.entries(record.software).map(([label, text]) => ({ label, text }))
  return section(
    'hardware',
    'Hardware and software',
    hardware.length > 0 ? definitions(hardware) : html`<p>No description of the hardware was recorded.</p>`,
    software.length > 0 &&
      html`<h3>Software</h3>
${definitions(software)}`,
  )
}
