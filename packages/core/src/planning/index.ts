/**
 * What a run will use, where and when it would emit least, and what a record would be elsewhere.
 *
 * @module @epochwatt/core/planning
 */

export type { Assumption } from './assumption.js'
export { bestStart, type PlannedWork, type StartPlan } from './best-start.js'
export { type BestStartOptions, checkBestStartOptions } from './best-start-options.js'
export { type Estimate, type EstimatedPart, estimate } from './estimate.js'
export type { EstimateOptions } from './estimate-options.js'
export type { FootprintRatio, RatioVerdict } from './footprint-ratio.js'
export {
  type CourseOptions,
  type CourseSurroundings,
  type IntensityCourse,
  readForecast,
  readPast,
} from './intensity-course.js'
export { type RankedRegion, type RankOptions, type RegionRanking, rankRegions } from './rank-regions.js'
export { type Recomputation, recompute } from './recompute.js'
export type { RecomputeChanges } from './recompute-changes.js'
export type { DifferenceItem, RecomputeDifference } from './recompute-difference.js'
