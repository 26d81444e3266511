import { execFileSync } from 'node:child_process'
import { GAUGE_BAND, HIGHEST_BOARD_WATTS } from '../nvidia/board-specs.js'
import { hiddenBoard, visibleBoards } from '../nvidia/visible-boards.js'
import { errorCode } from '../read-text.js'
import type { ProbeEnvironment, ProbeResult, SensorSpec, UnavailableSensor } from '../sensor.js'
import type { SmiSettings } from './open-nvidia-smi.js'
import { smiNumber, smiQuery, smiRows } from './smi-table.js'

const PROVIDER = 'nvidia-smi'
const COMMAND = 'nvidia-smi'

/** Drivers before 530 know one kind of power only, and refuse a table with a column that they do not know. */
const POWER_COLUMNS = [['power.draw.instant', 'power.draw'], ['power.draw']] as const
const FACTS = ['uuid', 'name', 'power.max_limit'] as const

/** A driver that wakes up for eight boards takes some seconds. */
const TIMEOUT_MS = 20_000

const ask = (columns: readonly string[]): string[][] => {
  const text = execFileSync(COMMAND, smiQuery(columns), {
    encoding: 'latin1',
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return smiRows(text.split('\n'), columns.length)
}

/** All boards, in the best table that this driver can print. */
const listBoards = (): { readonly powerColumns: readonly string[]; readonly rows: string[][] } => {
  let failure: unknown
  for (const powerColumns of POWER_COLUMNS) {
    try {
      return { powerColumns, rows: ask([...FACTS, ...powerColumns]) }
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

const without = (reason: string): ProbeResult => ({
  sensors: [],
  unavailable: [{ id: PROVIDER, domain: 'gpu', state: 'broken', reason }],
})

/**
 * Boards by nvidia-smi, for where NVML itself cannot be called. Starts it once to list them, which may wake up the
 * driver.
 *
 * @param wholeMachine Count boards that this process may not use.
 */
export const discoverNvidiaSmi = (
  { platform, variables = {} }: ProbeEnvironment,
  wholeMachine: boolean,
): ProbeResult => {
  if (platform === 'win32') return without('nvidia-smi is read through a named pipe, which Windows has not')
  let boards: ReturnType<typeof listBoards>
  try {
    boards = listBoards()
  } catch (error) {
    return without(`nvidia-smi cannot be run: ${errorCode(error)}`)
  }
  const { powerColumns, rows } = boards
  const names = variables.CUDA_VISIBLE_DEVICES
  const visible = visibleBoards(
    // Its table lists no partitions: then any board may be meant.
    wholeMachine || names?.includes('MIG-') ? undefined : names,
    rows.map(([uuid]) => ({ uuid: uuid!, partitionUuids: [] })),
  )
  const sensors: SensorSpec[] = []
  const unavailable: UnavailableSensor[] = []
  for (const [index, [uuid, name, limit, ...powers]] of rows.entries()) {
    const id = `${PROVIDER}/${index}`
    if (!visible.has(index)) {
      unavailable.push(hiddenBoard(id))
      continue
    }
    if (powers.every(power => Number.isNaN(smiNumber(power)))) {
      unavailable.push({ id, domain: 'gpu', state: 'broken', reason: `${name} does not report its power` })
      continue
    }
    const settings: SmiSettings = { command: COMMAND, uuid: uuid!, powerColumns }
    sensors.push({
      id,
      provider: PROVIDER,
      domain: 'gpu',
      device: `gpu-${index}`,
      component: 'gpu',
      covers: ['gpu'],
      contains: [],
      kind: 'power_gauge',
      tier: 'measured',
      method: `Power of ${name} (whole board), printed by nvidia-smi five times a second and integrated by trapezoid`,
      // nvidia-smi takes its numbers from NVML.
      band: GAUGE_BAND,
      scale: 1,
      maxPowerWatts: smiNumber(limit) || HIGHEST_BOARD_WATTS,
      updatePeriodMs: 200,
      readAtBoundary: false,
      product: name,
      settings: { ...settings },
    })
  }
  return { sensors, unavailable }
}
