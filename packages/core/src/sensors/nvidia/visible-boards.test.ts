import { describe, expect, it } from 'vitest'
import { type NamedBoard, visibleBoards } from './visible-boards.js'

const boards: readonly NamedBoard[] = [
  { uuid: 'GPU-8932f937-d72c-4106-c12f-20bd9faed9f6', partitionUuids: [] },
  { uuid: 'GPU-8932aaaa-0000-4106-c12f-20bd9faed9f6', partitionUuids: [] },
  { uuid: 'GPU-77777777-0000-4106-c12f-20bd9faed9f6', partitionUuids: ['MIG-1111', 'MIG-GPU-77777777/3/0'] },
]

const visible = (list: string | undefined) => Object.fromEntries(visibleBoards(list, boards))

describe('CUDA_VISIBLE_DEVICES', () => {
  it.each([
    ['not set: all', undefined, { 0: 'all', 1: 'all', 2: 'all' }],
    ['empty: none', '', {}],
    ['-1: none', '-1', {}],
    ['a number', '1', { 1: 'all' }],
    ['several numbers in any order, with spaces', ' 2, 0 ', { 2: 'all', 0: 'all' }],
    ['a number twice counts once', '1,1', { 1: 'all' }],
    ['nothing counts after an invalid entry', '1,-1,0', { 1: 'all' }],
    ['a number beyond the last board', '0,7,1', { 0: 'all' }],
    ['a UUID', 'GPU-8932f937-d72c-4106-c12f-20bd9faed9f6', { 0: 'all' }],
    ['the beginning of a UUID', 'GPU-77', { 2: 'all' }],
    ['a beginning that two boards share', 'GPU-8932', {}],
    ['a UUID that no board has', 'GPU-ffff,0', {}],
    ['a MIG device', 'MIG-1111', { 2: ['MIG-1111'] }],
    ['a MIG device as drivers before 470 name it', 'MIG-GPU-77777777/3/0', { 2: ['MIG-GPU-77777777/3/0'] }],
    [
      'two MIG devices of one board',
      'MIG-1111,MIG-GPU-77777777/3/0',
      { 2: ['MIG-1111', 'MIG-GPU-77777777/3/0'] },
    ],
    ['a MIG device that no board has', 'MIG-2222,0', {}],
    ['letters', 'all', {}],
  ] as const)('%s', (_, list, expected) => {
    expect(visible(list)).toEqual(expected)
  })
})
