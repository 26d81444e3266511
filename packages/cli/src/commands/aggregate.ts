import {
  AGGREGATE_FIELDS,
  type AggregateField,
  aggregateCsv,
  aggregateRuns,
  csvLine,
  renderTerminalAggregate,
} from '@epochwatt/report'
import { aggregateSql } from '../aggregate/aggregate-sql.js'
import { aggregateParquet, type SqlRow, writeParquet } from '../aggregate/duckdb.js'
import { MLFLOW_VIEW } from '../aggregate/mlflow-view.js'
import type { Call, Command } from '../command.js'
import type { Console } from '../console.js'
import { json } from '../json.js'
import { DIR_OPTION, digestsOf, JSON_OPTION, storeOf } from '../store-option.js'
import { UsageError } from '../usage-error.js'

const NAME = 'aggregate'

const FORMS = ['csv', 'json', 'sql', 'mlflow-view'] as const

const checkForms = (call: Call): void => {
  const given = [
    ...FORMS.filter(call.flag),
    ...(call.text('write-parquet') === undefined ? [] : ['write-parquet']),
  ]
  if (given.length > 1)
    throw new UsageError(`Options "--${given[0]}" and "--${given[1]}" exclude each other.`, NAME)
  if (call.text('parquet') !== undefined && given.includes('write-parquet'))
    throw new UsageError('Options "--parquet" and "--write-parquet" exclude each other.', NAME)
}

const fieldsOf = (call: Call): readonly AggregateField[] =>
  (call.text('by') ?? 'project')
    .split(',')
    .map(field => field.trim())
    .filter(field => field !== '') as AggregateField[]

/** What a database answered: as CSV, where JSON was not asked for. */
const showRows = (rows: readonly SqlRow[], call: Call, console: Console): void => {
  if (call.flag('json')) {
    console.out(json(rows))
    return
  }
  const header = Object.keys(rows[0] ?? {})
  console.out([header, ...rows.map(row => header.map(name => row[name] ?? undefined))].map(csvLine).join(''))
}

export const aggregate: Command = {
  name: NAME,
  summary: 'Add up runs by project, user, team, month, hardware, status or grid.',
  arguments: '',
  takes: [0, 0],
  details: [
    'User and team are the tags of these names; tag:NAME takes any other. Failed and discarded runs count like any other.',
    '--sql writes the statement that does the same in DuckDB or in the PostgreSQL of a tracking server: docs/aggregate.md.',
  ],
  options: {
    by: {
      type: 'string',
      value: 'FIELDS',
      description: `One or more of ${AGGREGATE_FIELDS.join(', ')}, tag:NAME, with commas (default: project).`,
    },
    parquet: {
      type: 'string',
      value: 'PATH',
      description:
        'Add up Parquet files instead of the store: a path, a pattern or s3://… (needs @duckdb/node-api).',
    },
    'write-parquet': {
      type: 'string',
      value: 'FILE',
      description: 'Write the runs of the store as Parquet instead (needs @duckdb/node-api).',
    },
    sql: { type: 'boolean', description: 'Write the SQL statement instead of its result.' },
    'mlflow-view': {
      type: 'boolean',
      description: 'Write the view by which the statement runs in the PostgreSQL of an MLflow server.',
    },
    csv: { type: 'boolean', description: 'Write CSV with all digits to stdout.' },
    dir: DIR_OPTION,
    json: JSON_OPTION,
  },
  run: async (call, console) => {
    checkForms(call)
    const by = fieldsOf(call)
    if (by.length === 0) throw new UsageError('Option "--by" names no field.', NAME)
    if (call.flag('sql')) {
      console.out(`${aggregateSql(by)};\n`)
      return 0
    }
    if (call.flag('mlflow-view')) {
      console.out(`${MLFLOW_VIEW}\n`)
      return 0
    }
    const parquet = call.text('parquet')
    if (parquet !== undefined) {
      showRows(await aggregateParquet(parquet, by), call, console)
      return 0
    }
    const digests = digestsOf(storeOf(call), console)
    const written = call.text('write-parquet')
    if (written !== undefined) {
      await writeParquet(written, digests)
      console.out(`${written}\n`)
      return 0
    }
    const rolledUp = aggregateRuns(digests, by)
    if (call.flag('json')) console.out(json(rolledUp))
    else if (call.flag('csv')) console.out(aggregateCsv(rolledUp))
    else {
      const width = console.width ?? Number.POSITIVE_INFINITY
      console.out(renderTerminalAggregate(rolledUp, { color: console.color, width }))
    }
    return 0
  },
}
