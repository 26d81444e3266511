// Deaths of a writer that goes on to a new segment of its journal, or packs one, all the time: what it had written is
// there once, for who reads the whole and for who follows it.
//
//   node tools/build.mjs && nice -n 10 node testing/campaigns/segments.mjs --kills 200 --seed 1
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { JournalTail } from '../../packages/core/dist/journal/journal-tail.js'
import { readJournal } from '../../packages/core/dist/journal/read-journal.js'
import { scriptedRun } from '../../packages/core/dist/testing/scripted-run.js'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    'longest-ms': { type: 'string', default: '150' },
    'segment-bytes': { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
})
let state = Number(values.seed) >>> 0
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}

const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'epochwatt-segments-'))
process.once('exit', () => rmSync(root, { recursive: true, force: true }))
const writer = fileURLToPath(new URL('segments/writer.mjs', import.meta.url))

/** The number of the last entry that the writer said to have written, some time after its first. */
const write = folder =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, folder, values['segment-bytes']], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', data => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), random() * Number(values['longest-ms']))
      said += data
    })
    child.once('error', reject)
    child.once('close', () => resolve(Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1))))
  })

const wrong = []
const seen = { segments: 0, packed: 0, inBothForms: 0, halfPacked: 0, entries: 0 }
for (let kill = 0; kill < Number(values.kills); kill++) {
  const folder = join(root, String(kill))
  mkdirSync(folder)
  writeFileSync(join(folder, 'events.jsonl'), `${JSON.stringify(scriptedRun())}\n`)
  const last = await write(folder)
  const names = readdirSync(folder)
  const numbersOf = entries => entries.filter(({ type }) => type === 'tick').map(({ t }) => t)
  const journal = readJournal(folder)
  const tail = new JournalTail(join(folder, 'samples.jsonl'))
  for (const [reader, numbers] of [
    ['read', numbersOf(journal.entries)],
    ['followed', numbersOf([...tail.read()])],
  ]) {
    const gap = numbers.findIndex((number, index) => number !== index)
    if (gap >= 0) wrong.push({ kill, what: `${reader}: ${numbers[gap]} in the place of ${gap}` })
    if (!(numbers.length > last)) wrong.push({ kill, what: `${reader}: ${numbers.length} of ${last + 1}` })
  }
  tail.close()
  const damage = [...journal.damagedLines, ...journal.lostSegments]
  if (damage.length > 0) wrong.push({ kill, what: JSON.stringify(damage) })
  const count = isOne => names.filter(isOne).length
  seen.entries += last + 1
  seen.segments += count(name => name.startsWith('samples') && name.endsWith('.jsonl'))
  seen.packed += count(name => name.endsWith('.gz'))
  seen.inBothForms += count(name => names.includes(`${name}.gz`))
  seen.halfPacked += count(name => name.endsWith('.partial'))
  rmSync(folder, { recursive: true })
}
console.log(JSON.stringify({ kills: Number(values.kills), ...seen, wrong }, undefined, 2))
process.exitCode = wrong.length > 0 ? 1 : 0
