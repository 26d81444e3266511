import type { RunRecord } from '@epochwatt/core'
import { formatCarbon, formatEnergy } from '../../format/figure.js'
import { carbonScale, energyScale } from '../../format/scale.js'
import { formatDuration } from '../../format/time.js'
import { type Html, html } from '../html.js'
import { foreign, quantityCells, section } from '../parts.js'
import { dataTable } from '../table.js'

const attributesText = (attributes: RunRecord['windows'][number]['attributes']): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ')

/** Sections of the run that its user named. They may nest and overlap, so there is no sum of them. */
export const windowsSection = (record: RunRecord): Html | undefined => {
  const { windows } = record
  if (windows.length === 0) return undefined
  const energy = energyScale(...windows.map(window => window.energy_kwh?.value))
  const carbon = carbonScale(...windows.map(window => window.carbon_g?.value))
  return section(
    'windows',
    'Windows',
    dataTable({
      label: 'Windows named by the user',
      columns: [
        { title: 'Window', kind: 'text' },
        { title: 'Start', kind: 'number' },
        { title: 'Duration', kind: 'number' },
        { title: `Energy ${energy.unit}`, kind: 'number' },
        { title: '90 % interval', kind: 'number' },
        { title: `Carbon ${carbon.unit}`, kind: 'number' },
        { title: 'Attributes', kind: 'text' },
      ],
      rows: windows.map(window => [
        foreign(window.name),
        formatDuration(window.started_s),
        formatDuration(window.ended_s - window.started_s),
        ...quantityCells(window.energy_kwh, quantity => formatEnergy(quantity, energy)),
        quantityCells(window.carbon_g, quantity => formatCarbon(quantity, carbon))[0],
        foreign(attributesText(window.attributes)),
      ]),
    }),
    html`<p class="note">Windows may nest and overlap; they are not meant to be added.</p>`,
  )
}
