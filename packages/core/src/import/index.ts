/**
 * Records made of what other tools wrote.
 *
 * @module @epochwatt/core/import
 */

export { foreignGrid, foreignLocation } from './foreign-place.js'
export { type ImportOutcome, importRuns } from './import-runs.js'
export type { ImportedFile } from './imported-file.js'
export { type ForeignRun, importedRecord } from './imported-record.js'
export { readForeignFile } from './read-foreign-file.js'
