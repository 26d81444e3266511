/**
 * For `NODE_OPTIONS="--import=@epochwatt/core/auto"`: every Node process is a run, with no change to any script.
 * Options come from EPOCHWATT_… variables and config files. See docs/institutions.md.
 *
 * @module @epochwatt/core/auto
 */
import { isMainThread } from 'node:worker_threads'
import { startAutoRun } from './auto-run.js'
import { wantsTracking } from './wants-tracking.js'

if (wantsTracking({ isMainThread, env: process.env, argv: process.argv })) startAutoRun()
