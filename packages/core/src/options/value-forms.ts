export const asNumber = (text: string): unknown => (text.trim() === '' ? text : Number(text))
export const asText = (text: string): unknown => text

export const isNumber =
  (low: number, high: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= low && value <= high
