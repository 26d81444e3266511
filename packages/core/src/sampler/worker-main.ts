// Runs in the sampler's thread. Bundled into one CommonJS string by tools/inline-worker.mjs, since a file beside the
// caller's bundle is lost by most bundlers: nothing below may import more than node: modules and our own.
import { dirname } from 'node:path'
import { workerData } from 'node:worker_threads'
import { sensorsEntry } from '../journal/late-sensors.js'
import { SegmentPacker } from '../journal/segment-packer.js'
import { RankMember } from '../ranks/rank-member.js'
import { boardsOf } from '../ranks/rank-seat.js'
import { discoverDeferred } from '../sensors/deferred.js'
import { openSensors } from '../sensors/openers.js'
import { openUsageSource } from '../sensors/usage/open-usage-source.js'
import { UnhurriedJournal } from '../slow-disk/unhurried-journal.js'
import { ClockWatch } from './clock-watch.js'
import { GaugePoller } from './gauge-poller.js'
import { readTick, roundIntervalMs } from './sampler.js'
import { CONTROL, type WorkerOrder } from './worker-protocol.js'

const run = (order: WorkerOrder): void => {
  const control = new Int32Array(order.control)
  const journal = new UnhurriedJournal(order.samplesPath, order.isDiskSlow)
  const packer = new SegmentPacker(dirname(order.samplesPath))
  const clock = (): number => Number(process.hrtime.bigint() - order.beganNs)
  // Before drivers are asked, which may take seconds: descendants are followed from the start.
  const usage = openUsageSource(order.environment, { countActive: order.countActive })
  usage.read()
  const specs = [...order.sensors]
  if (order.deferred.length > 0) {
    const late = discoverDeferred(order.deferred, order.environment, order.sensors)
    specs.push(...late.sensors)
    journal.append(sensorsEntry(clock(), late))
  }
  const sensors = openSensors(specs, order.environment)
  const rank = order.seat && new RankMember(order.seat)
  rank?.showBoards(boardsOf(specs))
  const gauges = new GaugePoller(sensors, clock)
  const clocks = new ClockWatch(clock)
  const takeRound = (): void => {
    const change = clocks.look()
    if (change) journal.append(change)
    const tick = readTick(clock, sensors, usage)
    const m = gauges.endRound(tick)
    journal.append(m ? { ...tick, m } : tick)
    const ranks = rank?.beat()
    if (ranks) journal.append(ranks)
    Atomics.add(control, CONTROL.ticks, 1)
    Atomics.notify(control, CONTROL.ticks)
  }
  // The caller has taken the first round, but not of what was found only now.
  if (order.deferred.length > 0) takeRound()

  const intervalNs = roundIntervalMs(order.intervalMs) * 1e6

  // Deadlines on a grid since the start of the run: a late round does not make the next one late. Ranks share the grid
  // of the machine's clock, so that their shares of its processor time are of the same stretches.
  const phase = order.seat ? Number(order.beganNs % BigInt(intervalNs)) : 0
  let answered = 0
  let round = Math.floor((clock() + phase) / intervalNs) + 1
  let polledAt = Number.NEGATIVE_INFINITY
  while (Atomics.load(control, CONTROL.stop) === 0) {
    const deadline = round * intervalNs - phase
    const pollNs = gauges.periodMs * 1e6
    // Rounds that follow each other this closely need nothing in between.
    const nextPoll = 2 * pollNs <= intervalNs ? Math.max(polledAt + pollNs, clock()) : deadline
    const waitMs = (Math.min(deadline, nextPoll) - clock()) / 1e6
    const early = waitMs > 0 && Atomics.wait(control, CONTROL.calls, answered, waitMs) !== 'timed-out'
    if (!early && nextPoll < deadline && clock() < deadline) {
      polledAt = clock()
      gauges.poll()
      continue
    }
    // Calls that come during the round are for another one.
    answered = Atomics.load(control, CONTROL.calls)
    if (Atomics.load(control, CONTROL.stop) !== 0) break
    takeRound()
    if (early) continue
    // Where each write takes its time, the disk is not asked for more than must be.
    if (!journal.isSlow) packer.step(clock() / 1e6)
    // After a long sleep of the machine the missed rounds are not made up for.
    round = Math.max(round + 1, Math.floor((clock() + phase) / intervalNs) + 1)
  }
  for (const sensor of sensors) sensor?.close()
  usage?.close()
  const ranks = rank?.leave()
  if (ranks) journal.append(ranks)
  Atomics.store(control, CONTROL.sampled, 1)
  journal.close()
  packer.close()
  Atomics.store(control, CONTROL.stopped, 1)
  Atomics.notify(control, CONTROL.stopped)
}

run(workerData as WorkerOrder)
