import { type FakeBoard, fakeBoard, fakeNvml } from '@epochwatt/testing'
import { describe, expect, it } from 'vitest'
import { packageCounter } from '../../testing/scripted-run.js'
import { testSensor } from '../../testing/test-sensor.js'
import { probeEnvironment } from '../environment.js'
import type { SensorSpec } from '../sensor.js'
import { discoverBoards } from './discover-nvidia.js'
import { NVML_RETURN, NvmlError } from './nvml.js'
import { openBoard } from './open-nvidia.js'

const ACCESS = { koffi: '/nowhere/koffi', library: 'libnvidia-ml.so.1' }

interface Setting {
  readonly variables?: NodeJS.ProcessEnv
  readonly wholeMachine?: boolean
  readonly known?: readonly SensorSpec[]
}

const nvmlOf = (boards: readonly FakeBoard[]) =>
  fakeNvml(boards, call => new NvmlError(call, NVML_RETURN.notSupported))

const discover = (
  boards: readonly FakeBoard[],
  { variables = {}, wholeMachine = false, known = [] }: Setting = {},
) => discoverBoards(nvmlOf(boards), ACCESS, probeEnvironment(variables), wholeMachine, known)

const server = (count: number, overrides: Partial<FakeBoard> = {}): FakeBoard[] =>
  Array.from({ length: count }, (_, index) => fakeBoard({ uuid: `GPU-${index}-secret`, ...overrides }))

const ids = ({ sensors }: { readonly sensors: readonly SensorSpec[] }): string[] =>
  sensors.map(({ id }) => id)

describe('a board', () => {
  it('has its counter, and a gauge inside it in case the counter stands still', () => {
    const { sensors, unavailable } = discover(server(1))
    expect(unavailable).toEqual([])
    expect(sensors).toMatchObject([
      {
        id: 'nvidia/0',
        domain: 'gpu',
        kind: 'energy_counter',
        contains: ['nvidia/0/power'],
        tier: 'measured',
        scale: 1e-3,
        maxPowerWatts: 700,
      },
      { id: 'nvidia/0/power', kind: 'power_gauge', contains: [] },
    ])
    expect(sensors[0]!.wrapRaw).toBeUndefined()
  })

  it('before Volta has a gauge only', () => {
    const result = discover(server(1, { name: 'Tesla P100-PCIE-16GB', millijoules: undefined }))
    expect(ids(result)).toEqual(['nvidia/0/power'])
  })

  it('that reports nothing is broken, not a sensor of 0 W', () => {
    const { sensors, unavailable } = discover(server(1, { millijoules: undefined, milliwatts: undefined }))
    expect(sensors).toEqual([])
    expect(unavailable).toMatchObject([
      { id: 'nvidia/0', state: 'broken', reason: expect.stringContaining('H100') },
    ])
  })

  it('that has fallen off the bus is broken, and the others count', () => {
    const boards = server(2)
    boards[0]!.lost = new NvmlError('uuid', 15)
    const result = discover(boards)
    expect(ids(result)).toEqual(['nvidia/1', 'nvidia/1/power'])
    expect(result.unavailable).toMatchObject([{ id: 'nvidia/0', state: 'broken' }])
  })

  it('that is shown by two handles counts once', () => {
    expect(ids(discover([...server(1), ...server(1)]))).toEqual(['nvidia/0', 'nvidia/0/power'])
  })

  it('keeps its identity out of everything that is journalled', () => {
    const { sensors, unavailable } = discover(server(3), { variables: { CUDA_VISIBLE_DEVICES: 'GPU-1-s' } })
    const journalled = sensors.map(({ settings: _, ...spec }) => spec)
    expect(JSON.stringify([journalled, unavailable])).not.toContain('secret')
  })

  it.each(discover(server(1)).sensors.map(spec => [spec.id, spec] as const))(
    '%s keeps the contract of sensors',
    (_, spec) => {
      const board = server(1)[0]!
      const check = testSensor({
        spec,
        open: () => openBoard(spec, nvmlOf([board]), probeEnvironment({})),
        fail: () => {
          board.lost = new NvmlError('board', 15)
        },
        recover: () => {
          board.lost = undefined
        },
      })
      for (const verify of check.values()) verify()
    },
  )
})

describe('boards that the process may not use', () => {
  const variables = { CUDA_VISIBLE_DEVICES: '1,3' }

  it('do not count for the process, and are named as hidden', () => {
    const result = discover(server(4), { variables })
    expect(ids(result)).toEqual(['nvidia/1', 'nvidia/1/power', 'nvidia/3', 'nvidia/3/power'])
    expect(result.unavailable).toMatchObject([
      { id: 'nvidia/0', state: 'absent', reason: expect.stringContaining('CUDA_VISIBLE_DEVICES') },
      { id: 'nvidia/2', state: 'absent' },
    ])
  })

  it('count for the whole machine', () => {
    expect(ids(discover(server(4), { variables, wholeMachine: true }))).toHaveLength(8)
  })

  it('are all of them when the list is empty', () => {
    expect(ids(discover(server(2), { variables: { CUDA_VISIBLE_DEVICES: '' } }))).toEqual([])
  })

  it('are told by numbers with a caveat where boards differ and CUDA may order them otherwise', () => {
    const mixed = [...server(1), fakeBoard({ uuid: 'GPU-x', name: 'NVIDIA T4' })]
    const methodWith = (more: NodeJS.ProcessEnv) =>
      discover(mixed, { variables: { CUDA_VISIBLE_DEVICES: '1', ...more } }).sensors[0]!.method
    expect(methodWith({})).toContain('PCI order')
    expect(methodWith({ CUDA_DEVICE_ORDER: 'PCI_BUS_ID' })).not.toContain('PCI order')
  })
})

describe('a partitioned board (MIG)', () => {
  const partitions = [
    { uuid: 'MIG-a', computeSlices: 3 },
    { uuid: 'MIG-b', computeSlices: 2 },
    { uuid: 'MIG-c', computeSlices: 2 },
  ]

  it('is labelled modelled, with the share of the named partitions', () => {
    const { sensors } = discover(server(1, { partitions }), {
      variables: { CUDA_VISIBLE_DEVICES: 'MIG-b,MIG-c' },
    })
    expect(sensors[0]).toMatchObject({ tier: 'modelled', share: 4 / 7 })
    expect(sensors[0]!.method).toContain('57 % by MIG compute slices')
  })

  it.each([undefined, '0'])('is used in its first partition by CUDA_VISIBLE_DEVICES=%s', list => {
    const variables = list === undefined ? {} : { CUDA_VISIBLE_DEVICES: list }
    expect(discover(server(1, { partitions }), { variables }).sensors[0]!.share).toBe(3 / 7)
  })

  it('is measured as a whole for the whole machine', () => {
    const [spec] = discover(server(1, { partitions }), { wholeMachine: true }).sensors
    expect(spec).toMatchObject({ tier: 'measured' })
    expect(spec!.share).toBeUndefined()
  })
})

describe('a superchip (GH200)', () => {
  const known = [
    packageCounter({ id: 'other/package-0' }),
    packageCounter({ id: 'other/dram', domain: 'dram', component: 'memory', covers: ['memory'] }),
    packageCounter({ id: 'other/wall', domain: 'wall' }),
  ]
  const { sensors } = discover(server(1, { name: 'NVIDIA GH200 480GB' }), { known })

  it('counts processor and memory in its counter, and says what is inside', () => {
    expect(sensors[0]).toMatchObject({
      component: 'gpu',
      covers: ['gpu', 'cpu', 'memory'],
      contains: ['nvidia/0/power', 'other/package-0', 'other/dram'],
    })
    expect(sensors[0]!.method).toContain('module')
  })

  it('has a gauge of the GPU alone', () => {
    expect(sensors[1]).toMatchObject({ covers: ['gpu'], contains: [] })
  })
})
