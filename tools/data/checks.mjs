import { problem } from './csv.mjs'

/**
 * Checks of one file. Each method notes what is wrong and goes on, so that one run shows every fault.
 * An empty cell is unknown: it passes only where `optional` says so, and never becomes 0.
 */
export const checksOf = (file, problems) => {
  const report = (row, column, what) => problems.push(problem(file, row.line, column, row[column], what))
  const isEmpty = (row, column, optional) => {
    if (row[column] !== '') return false
    if (!optional) report(row, column, 'must not be empty')
    return true
  }

  const checks = {
    report,

    text: (row, column) => {
      if (!isEmpty(row, column, false) && /[|\n`\\$]/.test(row[column]))
        report(row, column, 'holds a character that the compact table keeps for itself')
    },

    matches: (row, column, pattern, what, { optional = false } = {}) => {
      if (!isEmpty(row, column, optional) && !pattern.test(row[column])) report(row, column, what)
    },

    oneOf: (row, column, accepted, { optional = false } = {}) => {
      if (!isEmpty(row, column, optional) && !accepted.includes(row[column]))
        report(row, column, `is none of ${accepted.join(', ')}`)
    },

    number: (
      row,
      column,
      { min, max, unit, above = false, integer = false, optional = false, hint = '' },
    ) => {
      if (isEmpty(row, column, optional)) return
      const text = row[column]
      const value = Number(text)
      if (!/^-?\d+(\.\d+)?$/.test(text)) report(row, column, 'is not a decimal number')
      else if (integer && !Number.isInteger(value)) report(row, column, 'is not a whole number')
      else if (value > max || (above ? value <= min : value < min))
        report(
          row,
          column,
          `is not ${above ? 'above' : 'within'} ${above ? `${min} up to` : `${min} to`} ${max} ${unit}${hint}`,
        )
    },

    /** g/kWh. Nothing burnt for power comes near 1500 g/kWh, but a figure in lb/MWh easily does. */
    intensity: (row, column, { above = false } = {}) =>
      checks.number(row, column, {
        min: 0,
        max: 1500,
        unit: 'gCO2e/kWh',
        above,
        hint: '; a larger figure is nearly always in lb/MWh: multiply it by 0.45359237',
      }),

    year: (row, column, { optional = false } = {}) =>
      checks.number(row, column, { min: 1990, max: 2100, unit: '(a year)', integer: true, optional }),

    pue: (row, column, { optional = false } = {}) =>
      checks.number(row, column, {
        min: 1,
        max: 3,
        unit: '(energy of the facility over energy of the machines)',
        optional,
      }),

    unique: (rows, column, keyOf) => {
      const seen = new Map()
      for (const row of rows) {
        const key = keyOf(row)
        if (seen.has(key)) report(row, column, `repeats row ${seen.get(key)}`)
        else seen.set(key, row.line)
      }
    },
  }
  return checks
}
