/** Longest delay of a timer. */
const FOREVER_MS = 2 ** 31 - 1

/**
 * Keeps the process alive until something is done. Waits between two attempts at a publisher do not: beside a training
 * that is right, but who asks and waits wants the answer.
 */
export const whileAwake = async <T>(work: Promise<T>): Promise<T> => {
  const timer = setInterval(() => {}, FOREVER_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
