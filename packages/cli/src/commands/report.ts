import { join } from 'node:path'
import { renderHtmlReport } from '@epochwatt/report'
import type { Call, Command } from '../command.js'
import { json } from '../json.js'
import { openFile } from '../open-file.js'
import { DIR_OPTION } from '../store-option.js'
import { storeOrTracker, TRACKER_OPTIONS } from '../tracker-option.js'
import { UsageError } from '../usage-error.js'
import { writePage } from '../write-page.js'

const wantsOpening = (call: Call): boolean => {
  const open = call.text('open') ?? 'no'
  if (open === 'yes' || open === 'no') return open === 'yes'
  throw new UsageError(`Option "--open" is "${open}"; accepted: yes or no.`, 'report')
}

export const report: Command = {
  name: 'report',
  summary: 'Write the HTML report of one run: one file that loads nothing.',
  arguments: 'RUN',
  takes: [1, 1],
  details: ['Prints the path of the file. RUN is an id, the unique beginning of one, a name, or "latest".'],
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      description: 'Where to write it (default: report.html in the folder of the run).',
    },
    beside: {
      type: 'string',
      value: 'RUN',
      multiple: true,
      description: 'Compare with this run; may be repeated.',
    },
    ...TRACKER_OPTIONS,
    open: { type: 'string', value: 'yes|no', description: 'Show it in the browser (default: no).' },
    dir: DIR_OPTION,
    json: { type: 'boolean', description: 'Write the path as one JSON document to stdout.' },
  },
  run: async (call, console) => {
    const opening = wantsOpening(call)
    const store = await storeOrTracker(call, console, 'report')
    const record = store.read(call.positionals[0]!)
    const others = call.texts('beside').map(reference => store.read(reference))
    const path = writePage(
      call.text('out') ?? join(store.runDirectory(record.id), 'report.html'),
      'out',
      renderHtmlReport(record, { others }),
    )
    console.out(call.flag('json') ? json({ run: record.id, path }) : `${path}\n`)
    if (opening) {
      const problem = await openFile(path)
      if (problem)
        console.err(`epochwatt: the report could not be shown (${problem}); open the file by hand.\n`)
    }
    return 0
  },
}
