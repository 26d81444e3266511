import { refusal } from './refusal.js'
import type { SqlValue } from './sqlite.js'

export interface Clause {
  /** `metrics`, `params`, `tags`, `attributes`. */
  readonly entity: string
  readonly key: string
  readonly operator: string
  readonly values: readonly SqlValue[]
}

/** A condition in SQL, with what stands for its question marks. */
export interface Condition {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

const entities: Readonly<Record<string, string>> = {
  metric: 'metrics',
  metrics: 'metrics',
  param: 'params',
  params: 'params',
  parameter: 'params',
  parameters: 'params',
  tag: 'tags',
  tags: 'tags',
  attribute: 'attributes',
  attributes: 'attributes',
  attr: 'attributes',
  run: 'attributes',
}

const literal = String.raw`'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?`
const clausePattern = new RegExp(
  String.raw`\s*(?:(\w+)\.)?(${'`[^`]+`'}|"[^"]+"|[\w./-]+)\s*(NOT\s+IN|IN|ILIKE|LIKE|!=|>=|<=|=|>|<)\s*(${literal}|\((?:\s*(?:${literal})\s*,?)+\))\s*(AND\b|$)`,
  'iy',
)

const bare = (quoted: string): string => (/^[`"']/.test(quoted) ? quoted.slice(1, -1) : quoted)
const parsedValue = (quoted: string): SqlValue => (/^["']/.test(quoted) ? bare(quoted) : Number(quoted))

/**
 * The parts of a filter such as ``metrics.`loss/val` < 0.5 AND tags.team = 'a'``, which all have to hold.
 * @throws MlflowError `INVALID_PARAMETER_VALUE`
 */
export const parseFilter = (filter: string): readonly Clause[] => {
  const clauses: Clause[] = []
  clausePattern.lastIndex = 0
  while (clausePattern.lastIndex < filter.trimEnd().length) {
    const at = clausePattern.lastIndex
    const found = clausePattern.exec(filter)
    const entity = found && entities[(found[1] ?? 'attribute').toLowerCase()]
    if (!found || !entity) {
      throw refusal('INVALID_PARAMETER_VALUE', `Invalid filter at "${filter.slice(at).trim()}".`)
    }
    const [, , key = '', operator = '', value = ''] = found
    clauses.push({
      entity,
      key: bare(key),
      operator: operator.toUpperCase().replace(/\s+/, ' '),
      values: value.startsWith('(')
        ? [...value.matchAll(new RegExp(literal, 'gi'))].map(([one]) => parsedValue(one))
        : [parsedValue(value)],
    })
  }
  return clauses
}

/** SQL's LIKE takes no notice of case, MLflow's does; GLOB does too. */
const globOf = (pattern: SqlValue | undefined): string =>
  String(pattern)
    .replace(/[[\]*?]/g, '[$&]')
    .replaceAll('%', '*')
    .replaceAll('_', '?')

/** `column` compared as the clause says. */
export const comparison = (column: string, { operator, values }: Clause): Condition => {
  if (operator === 'LIKE') return { sql: `${column} GLOB ?`, values: [globOf(values[0])] }
  if (operator === 'ILIKE') return { sql: `${column} LIKE ?`, values }
  if (operator.endsWith('IN'))
    return { sql: `${column} ${operator} (${values.map(() => '?').join(', ')})`, values }
  return { sql: `${column} ${operator} ?`, values }
}

export interface Ordering {
  readonly entity: string
  readonly key: string
  readonly isDescending: boolean
}

/** @throws MlflowError `INVALID_PARAMETER_VALUE` */
export const parseOrdering = (order: string): Ordering => {
  const found = /^\s*(?:(\w+)\.)?(`[^`]+`|"[^"]+"|[\w./-]+)(?:\s+(ASC|DESC))?\s*$/i.exec(order)
  const entity = found && entities[(found[1] ?? 'attribute').toLowerCase()]
  if (!found || !entity) throw refusal('INVALID_PARAMETER_VALUE', `Invalid order_by "${order}".`)
  return { entity, key: bare(found[2] ?? ''), isDescending: found[3]?.toUpperCase() === 'DESC' }
}
