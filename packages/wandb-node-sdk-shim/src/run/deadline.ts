/** `promise`, or undefined once `performance.now()` reaches `deadlineMs`. Keeps the process alive meanwhile. */
export const within = async <T>(promise: Promise<T>, deadlineMs: number): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(resolve => {
    // Longer than this a Node timer fires at once.
    timer = setTimeout(
      () => resolve(undefined),
      Math.min(Math.max(0, deadlineMs - performance.now()), 2 ** 31 - 1),
    )
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
