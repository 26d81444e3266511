// What many and long runs cost: 10,000 runs compared on the command line, a week at 1 Hz, and the report of a run of a
// million samples in a browser. A table on stderr, one JSON document on stdout. `--quick`: a tenth of each.
import { execFile } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { openStore, readOpenRun } from '@epochwatt/core'
import { renderHtmlReport } from '@epochwatt/report'
import { findChromium, launchChromium } from '@epochwatt/testing'
import { manyRuns, oneRecord } from './many-runs.mjs'

const scale = process.argv.includes('--quick') ? 0.1 : 1
const root = mkdtempSync(join(tmpdir(), 'epochwatt-scale-'))
const bin = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url))
const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/** Says at its end how much memory the process had at most, and what processor time it took. */
const WATCH = `data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('\\nPEAK '+u.maxRSS+' '+(u.userCPUTime+u.systemCPUTime)/1e6+'\\n')})`

const command = (...args) =>
  new Promise((resolve, reject) => {
    const began = performance.now()
    execFile(
      process.execPath,
      ['--import', WATCH, bin, ...args],
      { maxBuffer: 1e9 },
      (error, stdout, stderr) => {
        if (error) reject(error)
        const [, peak, cpuSeconds] = /PEAK (\d+) ([\d.]+)/.exec(stderr) ?? []
        const seconds = (performance.now() - began) / 1000
        resolve({ seconds, megabytes: Number(peak) / 1024, cpuSeconds: Number(cpuSeconds), stdout })
      },
    )
  })

/** A journal of so many ticks, one a second, with an epoch an hour, made of that of a short run; the run is left open. */
const longRun = async (dir, ticks) => {
  const record = await oneRecord(dir)
  const folder = openStore(dir).runDirectory(record.id)
  const lines = name => readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean)
  const last = lines('samples.jsonl')
    .map(line => JSON.parse(line))
    .findLast(({ type }) => type === 'tick')
  const [header] = lines('events.jsonl')
  let [busy, capacity, tree] = last.u
  const spike = Math.floor(ticks * 0.6)
  let text = ''
  writeFileSync(join(folder, 'samples.jsonl'), '')
  for (let i = 1; i <= ticks; i++) {
    const used = i === spike ? 2 : 0.4 + 0.3 * Math.sin(i / 900) ** 2
    busy += used
    capacity += 2
    tree += used
    text += `${JSON.stringify({ ...last, t: i * 1e9, u: [busy, capacity, tree, ...last.u.slice(3)] })}\n`
    if (i % 20_000 === 0 || i === ticks) {
      appendFileSync(join(folder, 'samples.jsonl'), text)
      text = ''
    }
  }
  const epochs = Array.from({ length: Math.floor(ticks / 3600) }, (_, index) => {
    const window = index + 1
    return [
      { type: 'begin', t: index * 3.6e12 + 1e9, window, name: 'epoch', attributes: { index }, r: [] },
      { type: 'metrics', t: (index + 1) * 3.6e12 - 1e9, window, values: { loss: 1 / (index + 1) } },
      { type: 'end', t: (index + 1) * 3.6e12, window, r: [] },
    ]
  })
  writeFileSync(
    join(folder, 'events.jsonl'),
    [header, ...epochs.flat().map(entry => JSON.stringify(entry))].map(line => `${line}\n`).join(''),
  )
  return record.id
}

const figures = []
const add = (figure, value, unit, target) =>
  figures.push({ figure, value, unit, ...(target !== undefined && { target }) })

const many = join(root, 'many')
const count = Math.round(10_000 * scale)
await manyRuns(many, count)
const compare = () => command('compare', '--dir', many, '--project', 'scale', '--metric', 'val_acc', '--csv')
const first = await compare()
const later = []
for (let i = 0; i < 5; i++) later.push(await compare())
if (later[0].stdout !== first.stdout || first.stdout.split('\r\n').length !== count + 2)
  throw new Error('the comparison differs with the index')
add(`${count} runs compared, index built`, first.seconds, 's')
add(`${count} runs compared`, median(later.map(({ seconds }) => seconds)), 's', 2)
add('processor time of that', median(later.map(({ cpuSeconds }) => cpuSeconds)), 's')
add('memory of that at most', Math.max(...later.map(({ megabytes }) => megabytes)), 'MB', 300)
const rolledUp = await command('aggregate', '--dir', many, '--by', 'team,month', '--json')
add(`${count} runs added up by team and month`, rolledUp.seconds, 's')

for (const [name, ticks] of [
  ['a week at 1 Hz', 604_800],
  ['a million samples', 1_000_000],
]) {
  const dir = join(root, name.replaceAll(' ', '-'))
  const id = await longRun(dir, Math.round(ticks * scale))
  const journal = join(openStore(dir).runDirectory(id), 'samples.jsonl')
  add(`${name}: journal`, statSync(journal).size / 1e6, 'MB')
  const began = performance.now()
  const { record } = readOpenRun(dir, id)
  add(`${name}: journal to record`, (performance.now() - began) / 1000, 's')
  add(`${name}: record`, JSON.stringify(record).length / 1e3, 'kB')
  const drawing = performance.now()
  const page = renderHtmlReport(record)
  add(`${name}: record to report`, performance.now() - drawing, 'ms')
  add(`${name}: report`, page.length / 1e3, 'kB')
  const highest = Math.max(...record.power.max_w)
  const rest = Math.max(...record.power.mean_w)
  if (!(highest > rest * 1.5)) throw new Error('the spike is lost')
  if (findChromium()) {
    const file = join(dir, 'report.html')
    writeFileSync(file, page)
    const browser = await launchChromium()
    const opened = []
    for (let i = 0; i < 5; i++) {
      const tab = await browser.newPage()
      await tab.goto(pathToFileURL(file).href)
      opened.push(await tab.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventEnd))
      await tab.close()
    }
    await browser.close()
    add(`${name}: report opens in Chromium`, median(opened), 'ms', 1000)
  }
}

rmSync(root, { recursive: true, force: true })
for (const { figure, value, unit, target } of figures) {
  const verdict = target === undefined ? '' : `target ${target}  ${value <= target ? 'ok' : 'over'}`
  console.error(`${figure.padEnd(46)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(4)} ${verdict}`.trimEnd())
}
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown' }
console.log(JSON.stringify({ machine, figures }, undefined, 2))
