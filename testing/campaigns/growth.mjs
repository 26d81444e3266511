// Whether anything that reads what others wrote takes more than its share of time for a longer input.
//
//   nice -n 10 node --enable-source-maps testing/campaigns/growth.mjs [--only PATTERN] [--most BYTES] [--out FILE]
//
// Each reader gets inputs of a hostile form, each eight times as long as the one before, until one takes long enough or is
// as long as `--most`. Time is the processor's. The exponent of growth is 1 where twice the input takes twice the time, 2
// where it takes four times. Where it is above 1.5, the form is measured again, in smaller steps, several times each and with
// longer inputs still; above 1.5 then is a failure.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bundled } from './bundled.mjs'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    most: { type: 'string', default: String(2 ** 20) },
    out: { type: 'string' },
  },
})
const MOST = Number(values.most)
const SHORTEST = 2 ** 14
/** Below this the clock and the collector of garbage are heard; above the others nobody waits for more. */
const AUDIBLE_MS = 32
const LOOK_MS = 300
const ENOUGH_MS = 1500
const STEEPEST = 1.5
const TELL_MS = 20_000

const { ALL_TARGETS, faultOf, hostileForms } = await bundled('fuzz/campaign.ts')
const only = new RegExp(values.only)
const targets = ALL_TARGETS.filter(({ name }) => only.test(name))
if (targets.length === 0) throw new Error(`No target has a name like ${only}.`)

const processorMs = async work => {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const faults = []
const time = async (target, form, bytes, tries) => {
  const input = form.of(bytes)
  let least = Number.POSITIVE_INFINITY
  for (let count = 0; count < tries; count++) {
    const ms = await processorMs(async () => {
      const fault = await faultOf(target, input)
      if (fault)
        faults.push({ target: target.name, form: form.name, bytes: input.length, fault: fault.slice(0, 600) })
    })
    least = Math.min(least, ms)
    if (ms > ENOUGH_MS) break
  }
  return { bytes: input.length, ms: least }
}

/** Between the two longest inputs; undefined where even those took no time to speak of. */
const growthOf = points => {
  const [before, last] = points.slice(-2)
  if (!last || last.ms < AUDIBLE_MS || last.bytes < before.bytes * 1.5) return undefined
  return Math.log(last.ms / Math.max(before.ms, 0.2)) / Math.log(last.bytes / before.bytes)
}

const measureBy = async (target, form, { step, tries, most, enoughMs }) => {
  const points = []
  for (let bytes = SHORTEST; bytes <= most; bytes *= step) {
    points.push(await time(target, form, bytes, tries))
    if (points.at(-1).ms > enoughMs) break
  }
  return { points, exponent: growthOf(points) }
}

/** What looks steep at once may be memory, which has steps of its own, or the collector's turn. */
const measure = async (target, form) => {
  const found = await measureBy(target, form, { step: 8, tries: 1, most: MOST, enoughMs: LOOK_MS })
  if (!(found.exponent > STEEPEST)) return found
  return measureBy(target, form, { step: 4, tries: 3, most: MOST * 16, enoughMs: ENOUGH_MS })
}

const rows = []
let measured = 0
const began = performance.now()
let told = began
for (const target of targets) {
  let worst
  for (const form of hostileForms(Buffer.from(target.seeds[0]))) {
    const found = await measure(target, form)
    measured++
    if (worst === undefined || (found.exponent ?? 0) > (worst.exponent ?? 0))
      worst = { form: form.name, ...found }
    if (found.exponent > STEEPEST)
      console.error(
        `STEEP ${target.name}, ${form.name}: ${found.exponent.toFixed(2)} ${JSON.stringify(found.points)}`,
      )
    if (performance.now() - told > TELL_MS) {
      told = performance.now()
      console.error(`${measured} forms, at ${target.name}, ${Math.round((told - began) / 1000)} s`)
    }
  }
  rows.push({ target: target.name, ...worst })
}
for (const target of targets) await target.close?.()

const report = {
  forms: measured,
  seconds: Math.round((performance.now() - began) / 1000),
  steep: rows.filter(({ exponent }) => exponent > STEEPEST),
  faults,
  targets: rows.toSorted((a, b) => (b.exponent ?? 0) - (a.exponent ?? 0)),
}
if (values.out) writeFileSync(values.out, `${JSON.stringify(report, undefined, 2)}\n`)
console.log(JSON.stringify({ ...report, targets: report.targets.slice(0, 12) }, undefined, 2))
process.exitCode = report.steep.length + faults.length > 0 ? 1 : 0
