import type { RunRecord } from '@epochwatt/core'
import { type Notice, notices } from '../../reading/notices.js'
import { type Html, html } from '../html.js'
import { prose } from '../parts.js'

const noticeMarkup = (notice: Notice): Html => html`<div class="notice ${notice.level}">
${
  notice.text
    ? html`<h3>${prose(notice.title)}</h3>
<p>${prose(notice.text)}</p>`
    : html`<p>${prose(notice.title)}</p>`
}
</div>
`

/** What must be known before the figures are used; nothing when there is nothing to say. */
export const noticesSection = (record: RunRecord): Html | undefined => {
  const all = notices(record)
  if (all.length === 0) return undefined
  return html`<section class="notices" aria-labelledby="notices-h">
<h2 id="notices-h">Before using these figures</h2>
<div class="content">
${all.map(noticeMarkup)}</div>
</section>
`
}
