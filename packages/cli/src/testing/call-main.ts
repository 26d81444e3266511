import { main } from '../main.js'

export interface Called {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The program in this process, with what it wrote, as into a terminal of this width without colour, or a pipe. */
export const callMain = async (args: readonly string[], width?: number): Promise<Called> => {
  const written = { out: '', err: '' }
  const code = await main(args, {
    out: text => {
      written.out += text
    },
    err: text => {
      written.err += text
    },
    color: false,
    width,
  })
  return { code, ...written }
}

/** What the program gives to a reading program. @throws where it fails, or says anything beside. */
export const callForDocument = async <Result>(args: readonly string[]): Promise<Result> => {
  const { code, out, err } = await callMain([...args, '--json'])
  if (code !== 0 || err !== '') throw new Error(`epochwatt ${args.join(' ')} ended with ${code}: ${err}`)
  return JSON.parse(out) as Result
}
