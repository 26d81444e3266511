/** Raw readings of one sensor in order of time; NaN where a read failed. */
export class ReadingSeries {
  readonly times: number[] = []
  readonly raws: number[] = []

  /** Readings come from two threads, so one may arrive a little after a later one: it is put in its place. */
  add(time: number, raw: number): void {
    let place = this.times.length
    while (place > 0 && this.times[place - 1]! > time) place--
    if (place === this.times.length) {
      this.times.push(time)
      this.raws.push(raw)
      return
    }
    this.times.splice(place, 0, time)
    this.raws.splice(place, 0, raw)
  }
}
