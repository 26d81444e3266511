/** Readings of two threads are out of order by one or two; a row that belongs further back is of a damaged journal. */
const NEARBY = 32

/**
 * Rows of numbers in order of time, column by column: half a million rows as arrays of their own would take four times
 * the memory, and seconds of the garbage collector's time.
 */
export class TimedRows {
  readonly #times: number[] = []
  readonly #columns: readonly number[][]
  #isInOrder = true

  constructor(width: number) {
    this.#columns = Array.from({ length: width }, () => [])
  }

  get length(): number {
    return this.#times.length
  }

  get times(): readonly number[] {
    this.#order()
    return this.#times
  }

  get columns(): readonly (readonly number[])[] {
    this.#order()
    return this.#columns
  }

  /** Readings come from two threads, so one may arrive a little after a later one: it is put in its place. */
  add(time: number, row: readonly number[]): void {
    const last = this.#times.length
    let place = last
    if (this.#isInOrder) {
      while (place > 0 && last - place <= NEARBY && this.#times[place - 1]! > time) place--
      // Moving all that comes after it, for every row of a long journal, would take its length squared.
      if (last - place > NEARBY) {
        this.#isInOrder = false
        place = last
      }
    }
    if (place === last) {
      this.#times.push(time)
      for (let column = 0; column < row.length; column++) this.#columns[column]!.push(row[column]!)
    } else {
      this.#times.splice(place, 0, time)
      for (let column = 0; column < row.length; column++)
        this.#columns[column]!.splice(place, 0, row[column]!)
    }
  }

  /** Rows of one time stay in the order in which they came. */
  #order(): void {
    if (this.#isInOrder) return
    this.#isInOrder = true
    const places = Array.from(this.#times, (_, place) => place).sort(
      (a, b) => this.#times[a]! - this.#times[b]!,
    )
    for (const values of [this.#times, ...this.#columns]) {
      const before = values.slice()
      for (let place = 0; place < places.length; place++) values[place] = before[places[place]!]!
    }
  }

  /** Leaves out rows. Asked for each place, with that of the last row kept so far, -1 before the first. */
  drop(isSpare: (place: number, lastKept: number) => boolean): void {
    this.#order()
    const times = this.#times
    let kept = 0
    for (let place = 0; place < times.length; place++) {
      if (isSpare(place, kept - 1)) continue
      times[kept] = times[place]!
      for (const column of this.#columns) column[kept] = column[place]!
      kept++
    }
    times.length = kept
    for (const column of this.#columns) column.length = kept
  }
}
