/** Written by the caller's thread: header, windows, metrics, stop. */
export const EVENTS_FILE = 'events.jsonl'

/** Written by the sampler's thread. Two files, so that each has one writer. */
export const SAMPLES_FILE = 'samples.jsonl'
