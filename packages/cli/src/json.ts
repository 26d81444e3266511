/** The one document that `--json` writes. */
export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`
