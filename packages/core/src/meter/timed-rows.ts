/**
 * Rows of numbers in order of time, column by column: half a million rows as arrays of their own would take four times
 * the memory, and seconds of the garbage collector's time.
 */
export class TimedRows {
  readonly times: number[] = []
  readonly columns: readonly number[][]

  constructor(width: number) {
    this.columns = Array.from({ length: width }, () => [])
  }

  get length(): number {
    return this.times.length
  }

  /** Readings come from two threads, so one may arrive a little after a later one: it is put in its place. */
  add(time: number, row: readonly number[]): void {
    let place = this.times.length
    while (place > 0 && this.times[place - 1]! > time) place--
    if (place === this.times.length) {
      this.times.push(time)
      for (let column = 0; column < row.length; column++) this.columns[column]!.push(row[column]!)
    } else {
      this.times.splice(place, 0, time)
      for (let column = 0; column < row.length; column++) this.columns[column]!.splice(place, 0, row[column]!)
    }
  }

  /** Leaves out rows. Asked for each place, with that of the last row kept so far, -1 before the first. */
  drop(isSpare: (place: number, lastKept: number) => boolean): void {
    let kept = 0
    for (let place = 0; place < this.times.length; place++) {
      if (isSpare(place, kept - 1)) continue
      this.times[kept] = this.times[place]!
      for (const column of this.columns) column[kept] = column[place]!
      kept++
    }
    this.times.length = kept
    for (const column of this.columns) column.length = kept
  }
}
