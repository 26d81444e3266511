import type { RunComparison } from '../../compare/compare-runs.js'
import { type Html, html } from '../html.js'
import { section } from '../parts.js'
import { findingsTable } from './advice.js'

/** What the same runs would have caused at another place or hour. */
export const rerunSection = ({ reruns }: RunComparison): Html | undefined =>
  reruns.length === 0
    ? undefined
    : section(
        'rerun',
        'Elsewhere or later',
        findingsTable('What a re-run elsewhere or later would have saved', reruns),
        html`<p class="note">Savings are operational carbon of the same energy. They overlap and do not add up.</p>`,
      )
