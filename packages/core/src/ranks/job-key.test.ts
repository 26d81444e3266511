import { describe, expect, it } from 'vitest'
import { jobKey } from './job-key.js'

describe('the job of a process', () => {
  it.each([
    [
      'torchrun',
      { LOCAL_WORLD_SIZE: '4', WORLD_SIZE: '8', TORCHELASTIC_RUN_ID: 'abc', MASTER_PORT: '29500' },
    ],
    [
      'a launcher that sets variables of PyTorch',
      { WORLD_SIZE: '2', MASTER_ADDR: 'localhost', MASTER_PORT: '1' },
    ],
    ['Slurm', { SLURM_NTASKS: '2', SLURM_JOB_ID: '7', SLURM_STEP_ID: '0' }],
    ['Open MPI', { OMPI_COMM_WORLD_SIZE: '2', PMIX_NAMESPACE: 'x@1' }],
  ])('is what %s says, and the same in all ranks', (_launcher, env) => {
    const key = jobKey(undefined, { ...env, RANK: '0', LOCAL_RANK: '0', SLURM_PROCID: '0' })
    expect(key).toBeDefined()
    expect(jobKey(undefined, { ...env, RANK: '1', LOCAL_RANK: '1', SLURM_PROCID: '1' })).toBe(key)
  })

  it.each([
    ['nobody says', {}],
    ['it is alone on this machine', { LOCAL_WORLD_SIZE: '1', WORLD_SIZE: '8', TORCHELASTIC_RUN_ID: 'abc' }],
    ['its launcher says a size only', { WORLD_SIZE: '2' }],
    ['it is a batch job of one task', { SLURM_NTASKS: '1', SLURM_JOB_ID: '7', SLURM_STEP_ID: '0' }],
  ])('is none where %s', (_why, env) => {
    expect(jobKey(undefined, env)).toBeUndefined()
  })

  it('is the option before all', () => {
    expect(jobKey('mine', { WORLD_SIZE: '2', MASTER_ADDR: 'a', MASTER_PORT: '1' })).toBe('job:mine')
  })
})
