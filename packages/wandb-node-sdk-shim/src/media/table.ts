import { WandbError } from '../errors.js'
import { type JsonValue, stringifyExtended } from '../json/extended-json.js'
import { jsonFriendly } from '../run/json-friendly.js'
import { type Media, type MediaContext, mediaFileName, sha256Hex } from './media.js'

/** W&B's limits: rows in the file that the page shows at once, and in the artifact behind it. */
const MAX_FILE_ROWS = 10_000
const MAX_ARTIFACT_ROWS = 200_000

type Cell = JsonValue
type ColumnType = { [key: string]: JsonValue }

const typeOf = (cell: Cell): ColumnType => {
  if (cell === null) return { wb_type: 'none' }
  if (typeof cell === 'number' || typeof cell === 'bigint') return { wb_type: 'number' }
  if (typeof cell === 'boolean') return { wb_type: 'boolean' }
  if (typeof cell === 'string') return { wb_type: 'string' }
  if (Array.isArray(cell)) {
    return { wb_type: 'list', params: { element_type: unionOf(cell), length: cell.length } }
  }
  const fields = Object.entries(cell).map(([key, value]) => [key, typeOf(value)] as const)
  return { wb_type: 'typedDict', params: { type_map: Object.fromEntries(fields) } }
}

const unionOf = (cells: readonly Cell[]): ColumnType => {
  const kinds = new Map<string, ColumnType>()
  for (const cell of cells) {
    const type = typeOf(cell)
    kinds.set(JSON.stringify(type), type)
  }
  const types = [...kinds.keys()].sort().map(key => kinds.get(key)!)
  if (types.length === 0) return { wb_type: 'unknown' }
  return types.length === 1 ? types[0]! : { wb_type: 'union', params: { allowed_types: types } }
}

/** The type of a column. Every column may lack values, which W&B says by a union with `none`. */
const columnType = (cells: readonly Cell[]): ColumnType => unionOf([null, ...cells])

/**
 * Rows and columns, to be sorted, filtered and drawn in W&B.
 *
 * @throws {WandbError} `USAGE` for a row whose length differs from the number of columns.
 *
 * @example
 * const run = await init({ project: 'digits' })
 * const table = new Table({ columns: ['epoch', 'loss'] })
 * table.addData(0, 0.7)
 * run.log({ epochs: table })
 */
export class Table implements Media {
  readonly columns: readonly string[]
  readonly #rows: Cell[][] = []

  constructor({ columns, data = [] }: { columns: readonly string[]; data?: Iterable<readonly unknown[]> }) {
    this.columns = [...columns]
    for (const row of data) this.addData(...row)
  }

  /** Adds a row. */
  addData(...cells: readonly unknown[]): void {
    if (cells.length !== this.columns.length) {
      throw new WandbError(
        'USAGE',
        `Table: a row of ${cells.length} cells in a table of ${this.columns.length} columns (${this.columns.join(', ')}).`,
      )
    }
    this.#rows.push(cells.map(cell => jsonFriendly(cell) ?? null))
  }

  /** The rows so far. */
  get data(): readonly (readonly JsonValue[])[] {
    return this.#rows
  }

  toHistory(context: MediaContext): { [key: string]: JsonValue } {
    const bytes = new TextEncoder().encode(
      stringifyExtended({ columns: [...this.columns], data: this.#rows.slice(0, MAX_FILE_ROWS) }),
    )
    const sha256 = sha256Hex(bytes)
    const path = `media/table/${mediaFileName(context.key, context.step, sha256.slice(0, 20), '.table.json')}`
    context.writeFile(path, bytes)
    const entry = `${context.key}.table.json`
    const artifact = new TextEncoder().encode(stringifyExtended(this.toArtifactJson()))
    const { clientId, sequenceClientId } = context.logFileArtifact(context.key, 'run_table', entry, artifact)
    return {
      _type: 'table-file',
      sha256,
      size: bytes.length,
      artifact_path: `wandb-client-artifact://${clientId}/${entry}`,
      _latest_artifact_path: `wandb-client-artifact://${sequenceClientId}:latest/${entry}`,
      path,
      ncols: this.columns.length,
      nrows: this.#rows.length,
      log_mode: 'IMMUTABLE',
    }
  }

  /** The content of a file `NAME.table.json` in an artifact, which W&B's pages show as a table. */
  toArtifactJson(): JsonValue {
    const data = this.#rows.slice(0, MAX_ARTIFACT_ROWS)
    const types = this.columns.map((name, index) => [name, columnType(data.map(row => row[index]!))] as const)
    return {
      _type: 'table',
      column_types: { params: { type_map: Object.fromEntries(types) }, wb_type: 'typedDict' },
      columns: [...this.columns],
      data,
      log_mode: 'IMMUTABLE',
      ncols: this.columns.length,
      nrows: data.length,
    }
  }
}
