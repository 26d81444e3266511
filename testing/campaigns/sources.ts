// What campaigns take from the sources; see bundled.mjs.
export { outboxPath } from '../../packages/core/src/export/delivery-note.js'
export { EVENTS_FILE, SAMPLES_FILE } from '../../packages/core/src/journal/files.js'
export { JournalWriter } from '../../packages/core/src/journal/journal-writer.js'
export { encodeEntry } from '../../packages/core/src/journal/line.js'
export { openJournal, readJournal } from '../../packages/core/src/journal/read-journal.js'
export { tailSamples } from '../../packages/core/src/journal/sample-source.js'
export { SegmentPacker } from '../../packages/core/src/journal/segment-packer.js'
export { SEGMENT_BYTES } from '../../packages/core/src/journal/segments.js'
export { recordOfJournal, recoverRuns } from '../../packages/core/src/store/recover-runs.js'
export {
  packageCounter,
  scriptedRun,
  tickAt,
  windowAt,
} from '../../packages/core/src/testing/scripted-run.js'
export { LiveFigures } from '../../packages/core/src/tracker/live-figures.js'
