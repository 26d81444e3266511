import type { Html } from '../html/html.js'
import type { Canvas } from './frame.js'

/** A chart with the numbers it is drawn from, so that a table of them can stand behind it. */
export interface Chart {
  /** Unique in the page; part of ids. */
  readonly id: string
  readonly title: string
  /** How to read it, under the title. */
  readonly caption: string
  readonly draw: (canvas: Canvas) => Html
  readonly table: {
    readonly columns: readonly string[]
    readonly rows: readonly (readonly string[])[]
  }
}
