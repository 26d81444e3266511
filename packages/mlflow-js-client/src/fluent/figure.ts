import type { ArtifactContent } from '../artifacts/content.js'
import { MlflowError } from '../errors/mlflow-error.js'

/** SVG or HTML text, the bytes of an image, or an element, such as what Observable Plot returns. */
export type Figure = ArtifactContent | { readonly outerHTML: string }

export const figureContent = (figure: Figure, path: string): ArtifactContent => {
  if (typeof figure === 'object' && 'outerHTML' in figure) {
    const markup = figure.outerHTML
    // An element of a page may go without its namespace; a file on its own may not.
    const isBareSvg = path.endsWith('.svg') && !/^<svg[^>]*\sxmlns=/i.test(markup)
    return isBareSvg ? markup.replace(/^<svg/i, '<svg xmlns="http://www.w3.org/2000/svg"') : markup
  }
  if (typeof figure === 'string' && !/\.(svg|html?)$/i.test(path)) {
    throw new MlflowError(
      'INVALID_PAYLOAD',
      `logFigure: "${path}" cannot be text; end the path with .svg or .html, or pass the bytes of an image.`,
    )
  }
  return figure
}
