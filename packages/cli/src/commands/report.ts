import { join, resolve } from 'node:path'
import type { RunRecord } from '@epochwatt/core'
import { CHART_NAMES, type ChartName, renderHtmlReport, renderSvg } from '@epochwatt/report'
import { findRun } from '../chosen-runs.js'
import type { Call, Command } from '../command.js'
import { json } from '../json.js'
import { openFile } from '../open-file.js'
import { printPdf } from '../pictures/pdf.js'
import { pngOf } from '../pictures/png.js'
import { openSources, SOURCE_OPTIONS } from '../sources/open-sources.js'
import { UsageError } from '../usage-error.js'
import { writePage } from '../write-page.js'

const wantsOpening = (call: Call): boolean => {
  const open = call.text('open') ?? 'no'
  if (open === 'yes' || open === 'no') return open === 'yes'
  throw new UsageError(`Option "--open" is "${open}"; accepted: yes or no.`, 'report')
}

const chartOf = (call: Call): ChartName | undefined => {
  const chart = call.text('chart')
  if (chart === undefined) return undefined
  const name = CHART_NAMES.find(candidate => candidate === chart)
  if (name === undefined)
    throw new UsageError(`Option "--chart" is "${chart}"; accepted: ${CHART_NAMES.join(', ')}.`, 'report')
  if (call.text('svg') === undefined && call.text('png') === undefined)
    throw new UsageError('Option "--chart" is for "--svg" and "--png".', 'report')
  return name
}

/** Files that were asked for besides or instead of the page. */
const writePictures = async (
  call: Call,
  record: RunRecord,
  page: string,
  chart: ChartName | undefined,
): Promise<readonly string[]> => {
  const [svg, png, pdf] = ['svg', 'png', 'pdf'].map(call.text)
  const drawn = svg === undefined && png === undefined ? undefined : renderSvg(record, chart)
  const paths: string[] = []
  if (svg !== undefined) paths.push(writePage(svg, 'svg', drawn!))
  if (png !== undefined) paths.push(writePage(png, 'png', await pngOf(drawn!)))
  if (pdf !== undefined) {
    // An empty file first: where nothing can be written, that is said before a browser is started.
    const path = writePage(pdf, 'pdf', '')
    await printPdf(page, resolve(path))
    paths.push(path)
  }
  return paths
}

export const report: Command = {
  name: 'report',
  summary: 'Write the HTML report of one run: one file that loads nothing.',
  arguments: 'RUN',
  takes: [1, 1],
  details: [
    'Prints the path of the file. RUN is an id, the unique beginning of one, a name, "latest", or a file with one run: a',
    'record, or what CodeCarbon or carbontracker wrote.',
    'With --svg, --png or --pdf these files are written instead; the page too where --out is given.',
  ],
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      description: 'Where to write it (default: report.html in the folder of the run, or of the file).',
    },
    beside: {
      type: 'string',
      value: 'RUN',
      multiple: true,
      description: 'Compare with this run; may be repeated.',
    },
    svg: { type: 'string', value: 'FILE', description: 'Write the main charts as one SVG.' },
    png: { type: 'string', value: 'FILE', description: 'Write the main charts as one picture.' },
    chart: { type: 'string', value: 'NAME', description: `Only this chart: ${CHART_NAMES.join(', ')}.` },
    pdf: { type: 'string', value: 'FILE', description: 'Print the report (needs Chromium, Chrome or Edge).' },
    ...SOURCE_OPTIONS,
    open: { type: 'string', value: 'yes|no', description: 'Show it in the browser (default: no).' },
    json: { type: 'boolean', description: 'Write the path as one JSON document to stdout.' },
  },
  run: async (call, console) => {
    const opening = wantsOpening(call)
    const chart = chartOf(call)
    const [run, ...beside] = [call.positionals[0]!, ...call.texts('beside')]
    const sources = await openSources(call, console, 'report', [run, ...beside])
    const { record, source } = findRun(sources, run)
    const others = beside.map(reference => findRun(sources, reference).record)
    const page = renderHtmlReport(record, { others })
    const pictures = await writePictures(call, record, page, chart)
    if (pictures.length > 0) {
      const paths = [
        ...pictures,
        ...(call.text('out') === undefined ? [] : [writePage(call.text('out')!, 'out', page)]),
      ]
      console.out(call.flag('json') ? json({ run: record.id, paths }) : `${paths.join('\n')}\n`)
      return 0
    }
    const path = writePage(
      call.text('out') ?? join(source.store.runDirectory(record.id), 'report.html'),
      'out',
      page,
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
