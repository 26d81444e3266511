export { type ImportOutcome, importRuns } from './import-runs.js'
export type { ImportedFile } from './imported-file.js'
export { readForeignFile } from './read-foreign-file.js'
