/**
 * Values mapped while they are gone through, as often as they are: half a million intervals of a week, kept, would each
 * take more memory than the readings that they stand between.
 */
export const mapped = <From, To>(values: Iterable<From>, map: (value: From) => To): Iterable<To> => ({
  *[Symbol.iterator]() {
    for (const value of values) yield map(value)
  },
})
