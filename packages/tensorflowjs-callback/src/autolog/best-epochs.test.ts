import { describe, expect, it } from 'vitest'
import { bestEpochs } from './best-epochs.js'

const judge = (epochs: readonly Readonly<Record<string, number>>[]): boolean[] => epochs.map(bestEpochs())

describe('the best epoch so far', () => {
  it('is that of the lowest validation loss, whatever the training loss does', () => {
    expect(
      judge([
        { loss: 3, val_loss: 2 },
        { loss: 2, val_loss: 1 },
        { loss: 1, val_loss: 1.5 },
        { loss: 0.5, val_loss: 0.9 },
      ]),
    ).toEqual([true, true, false, true])
  })

  it('is that of the highest validation accuracy, or the lowest loss, where there is no validation loss', () => {
    expect(judge([{ val_acc: 0.5 }, { val_acc: 0.4 }, { val_acc: 0.6 }])).toEqual([true, false, true])
    expect(judge([{ loss: 1 }, { loss: 2 }])).toEqual([true, false])
  })

  it('is never one of a training that diverges, nor one without figures', () => {
    expect(judge([{ loss: 1 }, { loss: Number.NaN }, {}])).toEqual([true, false, false])
    expect(judge([{ other: 1 }])).toEqual([false])
  })
})
