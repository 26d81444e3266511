import { type FakeBoard, fakeBoard, fakeNvml } from '@epochwatt/testing'
import { describe, expect, it } from 'vitest'
import type { ProcessOwners } from '../process-owners.js'
import type { DeviceUse } from '../sensor.js'
import { boardUse } from './board-use.js'
import { NVML_RETURN, NvmlError } from './nvml.js'

const OURS = 100
const OTHER = 200

const owners = (reliable = true): ProcessOwners => ({
  reliable,
  ownerOf: pid => (!reliable ? 'unknown' : pid === OURS ? 'ours' : 'others'),
  keepOnly: () => {},
})

const useOf = (board: FakeBoard, reliable = true): (() => DeviceUse | undefined) =>
  boardUse(
    fakeNvml([board], call => new NvmlError(call, NVML_RETURN.notSupported)).deviceAt(0),
    owners(reliable),
  )

const sample = (pid: number, timestampMicroseconds: number, smPercent: number) => ({
  pid,
  timestampMicroseconds,
  smPercent,
})

describe('the use of a board', () => {
  it('counts processes by owner', () => {
    const read = useOf(fakeBoard({ pids: [OURS, OTHER, 201], busy: 90 }))
    expect(read()).toMatchObject({ ours: 1, others: 2, unknown: 0 })
  })

  it('asks whether it is busy only while nobody has it open', () => {
    expect(useOf(fakeBoard({ pids: [OURS], busy: 90 }))()!.busy).toBeUndefined()
    expect(useOf(fakeBoard({ pids: [], busy: 90 }))()!.busy).toBe(true)
    expect(useOf(fakeBoard({ pids: [], busy: 0 }))()!.busy).toBe(false)
  })

  it('says how busy it is every ten seconds, where only ours can have kept it so', () => {
    const board = fakeBoard({ pids: [OURS], busy: 40 })
    let now = 0
    const nvml = fakeNvml([board], call => new NvmlError(call, NVML_RETURN.notSupported))
    const read = boardUse(nvml.deviceAt(0), owners(), () => now)
    const percentAt = (seconds: number) => {
      now = seconds * 1000
      return read()!.busyPercent
    }
    expect([1, 9.9, 10, 10.1, 19.9, 20].map(percentAt)).toEqual([
      undefined,
      undefined,
      40,
      undefined,
      undefined,
      40,
    ])
    board.pids.push(OTHER)
    expect(percentAt(40)).toBeUndefined()
    board.pids.length = 0
    expect(percentAt(60)).toBeUndefined()
  })

  it('adds up utilisation by owner, each sample once', () => {
    const board = fakeBoard({ pids: [OURS, OTHER], samples: [sample(OURS, 1_000_000, 90)] })
    const read = useOf(board)
    // What was used before the first look is nobody's business.
    expect(read()).toMatchObject({ ourWork: 0, allWork: 0 })
    board.samples.push(sample(OURS, 2_000_000, 60), sample(OTHER, 2_000_000, 20))
    expect(read()).toMatchObject({ ourWork: 60, allWork: 80 })
    expect(read()).toMatchObject({ ourWork: 60, allWork: 80 })
    board.samples.push(sample(OTHER, 3_000_000, 40))
    expect(read()).toMatchObject({ ourWork: 60, allWork: 120 })
  })

  it('rejects a round with more than 100 %', () => {
    const board = fakeBoard({ pids: [OURS, OTHER], samples: [sample(OURS, 1, 1)] })
    const read = useOf(board)
    read()
    board.samples.push(sample(OURS, 2, 50), sample(OTHER, 2, 4_294_967))
    expect(read()).toMatchObject({ ourWork: 0, allWork: 0 })
    board.samples.push(sample(OURS, 3, 50), sample(OTHER, 3, 50))
    expect(read()).toMatchObject({ ourWork: 50, allWork: 100 })
  })

  it('asks for utilisation only where processes share the board', () => {
    const board = fakeBoard({ pids: [OURS], samples: [sample(OURS, 1, 10)] })
    const read = useOf(board)
    read()
    board.samples.push(sample(OURS, 2, 80))
    expect(read()).toMatchObject({ ours: 1, ourWork: 0, allWork: 0 })
  })

  it('knows somebody hidden where a container lists nobody although the board is busy', () => {
    const board = fakeBoard({ pids: [], busy: 97 })
    expect(useOf(board, false)()).toMatchObject({ ours: 0, others: 0, unknown: 1 })
    expect(useOf(board)()).toMatchObject({ ours: 0, others: 0, unknown: 0, busy: true })
  })

  it('is unknown where the driver lists no processes', () => {
    expect(useOf(fakeBoard({ lost: new NvmlError('processes', 15) }))()).toBeUndefined()
  })
})
