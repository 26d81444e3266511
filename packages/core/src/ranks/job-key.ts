type Environment = Readonly<Record<string, string | undefined>>

/** The number that a variable holds, above 1: a job of one process needs no ranks. */
const isMany = (text: string | undefined): boolean => text !== undefined && Number(text) > 1

const joined = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.every(part => part) ? parts.join(':') : undefined

/**
 * What the processes of one job have in common and others have not, by what their launcher told them: torchrun, Slurm,
 * Open MPI, or any that sets PyTorch's variables. Undefined for a process that was started alone.
 *
 * @param job The option of that name, for launchers that say nothing, such as a script that forks.
 */
export const jobKey = (job: string | undefined, env: Environment): string | undefined => {
  if (job !== undefined) return `job:${job}`
  const size = env.LOCAL_WORLD_SIZE ?? env.WORLD_SIZE
  if (isMany(size)) {
    const key = env.TORCHELASTIC_RUN_ID ?? joined(env.MASTER_ADDR, env.MASTER_PORT)
    if (key) return `torch:${key}:${env.MASTER_PORT ?? ''}`
  }
  if (isMany(env.SLURM_NTASKS)) {
    const key = joined(env.SLURM_JOB_ID, env.SLURM_STEP_ID)
    if (key) return `slurm:${key}`
  }
  if (isMany(env.OMPI_COMM_WORLD_SIZE) && env.PMIX_NAMESPACE) return `mpi:${env.PMIX_NAMESPACE}`
  return undefined
}
