import { isPendingScalar, type TrainingLogs } from './tensorflow.js'

/**
 * The numbers of the logs, once the device has computed them.
 *
 * A GPU backend queues its work: a callback is called long before the epoch is through, and waiting for these few
 * scalars waits for everything queued before them. The tensors stay where they are, since History reads them later.
 */
export const settledLogs = async (logs: TrainingLogs | undefined): Promise<Record<string, number>> => {
  const settle = async ([name, value]: [string, unknown]): Promise<[string, number]> => {
    if (!isPendingScalar(value)) return [name, typeof value === 'number' ? value : Number.NaN]
    try {
      return [name, (await value.data())[0] ?? Number.NaN]
    } catch {
      // Whoever needs this value meets the same error; it is not ours to raise.
      return [name, Number.NaN]
    }
  }
  return Object.fromEntries(await Promise.all(Object.entries(logs ?? {}).map(settle)))
}
