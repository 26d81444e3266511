import { crc32, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Histogram } from './histogram.js'
import { Image } from './image.js'
import { imageFormatOf } from './image-size.js'
import { type MediaContext, mediaFileName } from './media.js'
import { encodePng } from './png.js'
import { Table } from './table.js'

const context = (key = 'k') => {
  const files = new Map<string, Buffer>()
  const artifacts = new Map<string, Buffer>()
  const own: MediaContext = {
    key,
    step: 3,
    writeFile: (path, bytes) => void files.set(path, Buffer.from(bytes)),
    logFileArtifact: (_name, _type, path, bytes) => {
      artifacts.set(path, Buffer.from(bytes))
      return { clientId: 'client', sequenceClientId: 'sequence' }
    },
  }
  return { own, files, artifacts }
}

describe('a histogram', () => {
  it('counts as numpy does: the last bin includes its upper edge', () => {
    expect(new Histogram([0, 1, 2, 3, 4], { numBins: 4 }).toHistory()).toEqual({
      _type: 'histogram',
      values: [1, 1, 1, 2],
      bins: [0, 1, 2, 3, 4],
    })
    // numpy.histogram([5, 5], bins=2) and numpy.histogram([], bins=2)
    expect(new Histogram([5, 5], { numBins: 2 }).toHistory()).toMatchObject({
      values: [0, 2],
      bins: [4.5, 5, 5.5],
    })
    expect(new Histogram([], { numBins: 2 }).toHistory()).toMatchObject({ values: [0, 0], bins: [0, 0.5, 1] })
  })

  it('counts values between which no edges can be laid', () => {
    for (const [values, numBins] of [
      [[0, -5e-324], 2],
      [[1e6, 1e6 + 2e-10], 64],
    ] as const) {
      const { counts, edges } = new Histogram(values, { numBins })
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2)
      expect(new Set(edges).size).toBe(numBins + 1)
    }
  })

  it('counts every finite value once, between its edges', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 64 }), (values, numBins) => {
        const { counts, edges } = new Histogram([...values, Number.NaN, Number.POSITIVE_INFINITY], {
          numBins,
        })
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length)
        for (const [bin, count] of counts.entries()) {
          const inside = values.filter(
            value =>
              value >= edges[bin]! &&
              (value < edges[bin + 1]! || (bin === numBins - 1 && value <= edges[bin + 1]!)),
          )
          expect(inside.length).toBe(count)
        }
      }),
    )
  })

  it('refuses what W&B refuses', () => {
    expect(() => new Histogram([1], { numBins: 513 })).toThrow(/1 to 512/)
    expect(() => Histogram.fromCounts([1, 2], [0, 1])).toThrow(/2 counts and 2 edges/)
    expect(Histogram.fromCounts([1, 2], [0, 1, 2]).toHistory()).toMatchObject({
      values: [1, 2],
      bins: [0, 1, 2],
    })
  })
})

describe('an image', () => {
  it('keeps raw pixels as a PNG that holds them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1, 2, 3, 4),
        (width, height, channels) => {
          const pixels = Uint8Array.from(
            { length: width * height * channels },
            (_pixel, index) => (index * 37) & 255,
          )
          const png = Buffer.from(encodePng(pixels, width, height, channels))
          expect(imageFormatOf(png)).toEqual({ format: 'png', width, height })
          expect(png[25]).toBe([0, 0, 4, 2, 6][channels])
          let at = 8
          let rows = Buffer.alloc(0)
          while (at < png.length) {
            const length = png.readUInt32BE(at)
            const body = png.subarray(at + 4, at + 8 + length)
            expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body))
            if (body.toString('latin1', 0, 4) === 'IDAT') rows = inflateSync(body.subarray(4))
            at += 12 + length
          }
          const stride = width * channels
          for (let row = 0; row < height; row++) {
            expect(rows[row * (stride + 1)]).toBe(0)
            expect(rows.subarray(row * (stride + 1) + 1, (row + 1) * (stride + 1))).toEqual(
              Buffer.from(pixels.subarray(row * stride, (row + 1) * stride)),
            )
          }
        },
      ),
    )
  })

  it.each([
    ['gif', '474946383961 0300 0200 00', { format: 'gif', width: 3, height: 2 }],
    ['jpg', 'ffd8 ffe0 0004 0000 ffc0 0011 08 0002 0003 03', { format: 'jpg', width: 3, height: 2 }],
    ['bmp', `424d ${'00'.repeat(16)} 03000000 feffffff`, { format: 'bmp', width: 3, height: 2 }],
    [
      'webp',
      `52494646 00000000 57454250 56503858 ${'00'.repeat(8)} 020000 010000`,
      { format: 'webp', width: 3, height: 2 },
    ],
    ['svg', Buffer.from('<?xml version="1.0"?><svg width="1"/>').toString('hex'), { format: 'svg' }],
  ])('knows a %s and its size', (_name, hex, expected) => {
    expect(imageFormatOf(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toEqual(expected)
  })

  it('refuses other bytes, and pixels that do not fit', () => {
    expect(() => new Image(Buffer.from('no image'))).toThrow(/neither PNG/)
    expect(() => new Image({ data: new Uint8Array(5), width: 2, height: 2 })).toThrow(/5 bytes for 2 x 2/)
  })

  it('stands beside others of a list', () => {
    const { own, files } = context('grid')
    const of = (value: number, caption?: string) =>
      new Image(
        { data: new Uint8Array(4).fill(value), width: 2, height: 2 },
        caption === undefined ? {} : { caption },
      )
    const json = Image.listToHistory([of(1, 'one'), of(2)], own)
    expect(json).toMatchObject({
      _type: 'images/separated',
      count: 2,
      width: 2,
      height: 2,
      format: 'png',
      captions: ['one', ''],
    })
    expect(json.filenames).toEqual([...files.keys()])
  })
})

describe('a table', () => {
  it('is a file for the page and an artifact for queries, with the types of its columns', () => {
    const { own, files, artifacts } = context('t')
    const table = new Table({
      columns: ['n', 's', 'mixed'],
      data: [
        [1, 'a', true],
        [2.5, null, [1]],
      ],
    })
    const json = table.toHistory(own)
    expect(json).toMatchObject({
      _type: 'table-file',
      ncols: 3,
      nrows: 2,
      artifact_path: 'wandb-client-artifact://client/t.table.json',
      _latest_artifact_path: 'wandb-client-artifact://sequence:latest/t.table.json',
    })
    expect(files.get(json.path as string)?.toString()).toBe(
      '{"columns":["n","s","mixed"],"data":[[1,"a",true],[2.5,null,[1]]]}',
    )
    const { column_types, ...rest } = JSON.parse(artifacts.get('t.table.json')!.toString())
    expect(rest).toMatchObject({ _type: 'table', ncols: 3, nrows: 2 })
    const { n, s, mixed } = column_types.params.type_map
    expect(n.params.allowed_types).toEqual([{ wb_type: 'none' }, { wb_type: 'number' }])
    expect(s.params.allowed_types).toEqual([{ wb_type: 'none' }, { wb_type: 'string' }])
    expect(mixed.params.allowed_types.map((type: { wb_type: string }) => type.wb_type).sort()).toEqual([
      'boolean',
      'list',
      'none',
    ])
  })

  it('names a row that does not fit', () => {
    expect(() => new Table({ columns: ['a', 'b'] }).addData(1)).toThrow(
      /a row of 1 cells in a table of 2 columns \(a, b\)/,
    )
  })
})

describe('the name of a media file', () => {
  it.each([
    ['loss', 'loss_3_abc.png'],
    ['val/loss curve', 'val/loss curve_3_abc.png'],
    ['../../etc/passwd', '_/_/etc/passwd_3_abc.png'],
    ['/abs:olute?', 'abs-olute-_3_abc.png'],
  ])('%s', (key, expected) => {
    expect(mediaFileName(key, 3, 'abc', '.png')).toBe(expected)
  })
})
