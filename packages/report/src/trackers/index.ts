/**
 * Figures under the names that every tracker shows, and runs from them again: what an exporter needs while a training
 * runs, without the pages, which are a hundred modules more.
 *
 * @module @epochwatt/report/trackers
 */

export { type LoggedEpoch, type LoggedFigures, recordOfLogged } from './logged-figures.js'
export { EPOCH_POWER, epochValues, type TrackedValues, totalValues } from './tracked-values.js'
