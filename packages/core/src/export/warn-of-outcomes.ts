import type { ExportOutcome } from './run-delivery.js'

const warn = (message: string): void => process.emitWarning(message, { code: 'EPOCHWATT_EXPORT' })

/** Tells the user of a run what its exporters could not deliver, and what will. */
export const warnOfOutcomes = (
  { id, directory }: { readonly id: string; readonly directory: string },
  outcomes: readonly ExportOutcome[],
): void => {
  for (const { name, waiting, error, refused } of outcomes) {
    if (error !== undefined) {
      warn(
        `exporter ${name} did not deliver ${waiting} event(s): ${error}. They wait in ${directory}; \`epochwatt sync ${id}\` delivers them.`,
      )
    }
    if (refused !== undefined) {
      warn(`exporter ${name}: ${refused} item(s) were refused for good; \`epochwatt show ${id}\` names them.`)
    }
  }
}
