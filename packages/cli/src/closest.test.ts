import { describe, expect, it } from 'vitest'
import { suggestion } from './closest.js'

const COMMANDS = ['doctor', 'list', 'show', 'report', 'compare', 'recover']

describe('suggestion', () => {
  it.each([
    ['lst', 'list'],
    ['lsit', 'list'],
    ['shwo', 'show'],
    ['reprot', 'report'],
    ['recovr', 'recover'],
    ['docter', 'doctor'],
  ])('takes %s for %s', (word, meant) => {
    expect(suggestion(word, COMMANDS)).toBe(` Did you mean "${meant}"?`)
  })

  it.each(['x', 'train', 'xyzzy', 'compareallruns', ''])('does not guess what "%s" means', word => {
    expect(suggestion(word, COMMANDS)).toBe('')
  })
})
