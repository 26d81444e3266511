import { describe, expect, it } from 'vitest'
import { askAttentively } from './ask-attentively.js'

const LIMIT = 100

/** Answers in this order, each after the thread was blocked for so long. */
const answering = (...answers: readonly (readonly [answer: number | undefined, blockedMs: number])[]) => {
  let turn = 0
  const ask = async (): Promise<number | undefined> => {
    const [answer, blockedMs] = answers[turn++]!
    const end = performance.now() + blockedMs
    while (performance.now() < end);
    return answer
  }
  return {
    asked: () => turn,
    answer: () => askAttentively(ask, { limitMs: LIMIT, isAnswer: value => value !== undefined }),
  }
}

describe('a question to somebody outside', () => {
  it.each([
    ['is asked once where it is answered', [[1, 0]], 1, 1],
    ['is asked once where it is answered late', [[1, 3 * LIMIT]], 1, 1],
    ['is asked once where there is no answer in time', [[undefined, 0]], undefined, 1],
    [
      'is asked again where nobody listened',
      [
        [undefined, 3 * LIMIT],
        [2, 0],
      ],
      2,
      2,
    ],
    [
      'is asked no third time',
      [
        [undefined, 3 * LIMIT],
        [undefined, 3 * LIMIT],
      ],
      undefined,
      2,
    ],
  ] as const)('%s', async (_what, answers, answer, times) => {
    const question = answering(...answers)
    expect(await question.answer()).toBe(answer)
    expect(question.asked()).toBe(times)
  })
})
