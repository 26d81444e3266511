/** Written by the caller's thread: header, windows, metrics, stop. */
export const EVENTS_FILE = 'events.jsonl'

/** Written by the sampler's thread. Files of their own, so that each has one writer. */
export const SAMPLES_FILE = 'samples.jsonl'

/** Written by the thread that asks meters outside the machine, where there are any. */
export const METERS_FILE = 'meters.jsonl'
