/** How text for a terminal is made. */
export interface TerminalOptions {
  /** Escape sequences for colour and weight. Off unless asked for. */
  readonly color?: boolean
  /** Columns to stay within, 100 unless given. */
  readonly width?: number
}

const NARROWEST = 40
const USUAL = 100

/** The width to keep to; narrower than 40 columns nothing useful can be shown. */
export const widthOf = ({ width }: TerminalOptions): number => Math.max(NARROWEST, width ?? USUAL)
