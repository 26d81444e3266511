import { EpochwattError } from '@epochwatt/core'

/** Twice the size in pixels: sharp on paper and on screens of today. */
const ZOOM = 2

/**
 * An SVG as PNG, by the optional package @resvg/resvg-js and the fonts of the machine.
 *
 * @throws EpochwattError `PNG_UNAVAILABLE` where it was not installed, such as on a platform that it has no binary for.
 */
export const pngOf = async (svg: string): Promise<Uint8Array> => {
  const { Resvg } = await import('@resvg/resvg-js').catch((cause: unknown) => {
    throw new EpochwattError(
      'PNG_UNAVAILABLE',
      'Pictures need a package that is not installed here: npm install @resvg/resvg-js. --svg needs none.',
      { cause },
    )
  })
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: ZOOM }, font: { loadSystemFonts: true } })
    .render()
    .asPng()
}
