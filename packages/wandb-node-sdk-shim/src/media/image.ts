import { platform } from '#platform'
import { WandbError } from '../errors.js'
import type { JsonValue } from '../json/extended-json.js'
import { type ImageFormat, imageFormatOf } from './image-size.js'
import { type Media, type MediaContext, mediaFileName, sha256Hex } from './media.js'
import { encodePng } from './png.js'

/** Raw pixels, 8 bits a channel, row after row. `ImageData` of a canvas is of this shape. */
export interface Pixels {
  readonly data: Uint8Array | Uint8ClampedArray
  readonly width: number
  readonly height: number
}

/** W&B shows no more images than this of one list. */
const MAX_ITEMS = 108

const encodePixels = ({ data, width, height }: Pixels): Uint8Array => {
  const channels = data.length / (width * height)
  if (!(width > 0 && height > 0 && [1, 2, 3, 4].includes(channels))) {
    throw new WandbError(
      'USAGE',
      `Image: ${data.length} bytes for ${width} x ${height} pixels; accepted: 1 (grey), 2, 3 (RGB) or 4 (RGBA) bytes a pixel.`,
    )
  }
  return encodePng(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height, channels)
}

/**
 * A picture: the path of a file, the bytes of one (PNG, JPEG, GIF, WebP, BMP, SVG), or raw pixels, kept as PNG.
 *
 * @throws {WandbError} `USAGE` for bytes of another format, or pixels whose number does not fit.
 *
 * @example
 * const run = await init({ project: 'digits' })
 * run.log({ sample: new Image('confusion.png', { caption: 'epoch 3' }) })
 */
export class Image implements Media {
  readonly caption: string | undefined
  readonly #bytes: Uint8Array
  readonly #format: ImageFormat

  constructor(source: string | Uint8Array | Pixels, { caption }: { caption?: string } = {}) {
    this.caption = caption
    this.#bytes =
      typeof source === 'string'
        ? platform.files.read(source)
        : source instanceof Uint8Array
          ? Uint8Array.from(source)
          : encodePixels(source)
    const format = imageFormatOf(this.#bytes)
    if (!format) {
      throw new WandbError(
        'USAGE',
        'Image: neither PNG, JPEG, GIF, WebP, BMP nor SVG. For raw pixels pass { data, width, height }.',
      )
    }
    this.#format = format
  }

  toHistory(context: MediaContext): { [key: string]: JsonValue } {
    const { format, width, height } = this.#format
    const sha256 = sha256Hex(this.#bytes)
    const path = `media/images/${mediaFileName(context.key, context.step, sha256.slice(0, 20), `.${format}`)}`
    context.writeFile(path, this.#bytes)
    return {
      ...(this.caption === undefined ? {} : { caption: this.caption }),
      _type: 'image-file',
      sha256,
      size: this.#bytes.length,
      path,
      format,
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
    }
  }

  /** Several images under one key: W&B shows them beside each other. */
  static listToHistory(images: readonly Image[], context: MediaContext): { [key: string]: JsonValue } {
    const shown = images.slice(0, MAX_ITEMS)
    const items = shown.map(image => image.toHistory(context))
    const first = items[0]!
    return {
      _type: 'images/separated',
      width: first.width ?? null,
      height: first.height ?? null,
      format: first.format ?? null,
      count: items.length,
      filenames: items.map(item => item.path ?? null),
      ...(shown.some(image => image.caption !== undefined)
        ? { captions: shown.map(image => image.caption ?? '') }
        : {}),
    }
  }
}
