/** So much longer than its limit a question takes only where nobody listened: a training blocked the thread. */
const DEAF = 1.2

/**
 * Asks, and asks once more where the answer was missed rather than absent: limits of time run out while a thread is
 * blocked, and its timers are served before what has arrived meanwhile.
 */
export const askAttentively = async <T>(
  ask: () => Promise<T>,
  { limitMs, isAnswer }: { readonly limitMs: number; readonly isAnswer: (answer: T) => boolean },
): Promise<T> => {
  const began = performance.now()
  const answer = await ask()
  return isAnswer(answer) || performance.now() - began < DEAF * limitMs ? answer : ask()
}
