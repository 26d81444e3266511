import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Every copy notes its arguments and its process id; a looping one prints `rows` again and again until told to end
 * or nobody reads any more. */
const SCRIPT = `#!/bin/sh
here=\${0%/*}
case "$*" in
  *instant*) [ -e "$here/old-driver" ] && exit 2 ;;
esac
echo "$$ $*" >> "$here/calls"
case "$*" in
  *--loop-ms=*)
    while :; do
      [ -e "$here/end" ] && exit 9
      [ -e "$here/silent" ] || cat "$here/rows" || exit 1
      sleep 0.05
    done ;;
  *) cat "$here/list" ;;
esac
`

/** A program that stands for nvidia-smi. */
export interface FakeNvidiaSmi {
  /** Put it first on PATH. */
  readonly directory: string
  readonly path: string
  /** What it prints once: uuid, name, limit, power columns. */
  setList(text: string): void
  /** What it prints again and again, byte by byte as given. */
  setRows(text: string): void
  /** Knows power.draw.instant, or refuses it like drivers before 530. */
  setOldDriver(old: boolean): void
  setSilent(silent: boolean): void
  /** Whether looping copies exit with code 9. */
  setEnding(ending: boolean): void
  /** Arguments of each start so far. */
  calls(): { readonly pid: number; readonly args: string }[]
  dispose(): void
}

export const createFakeNvidiaSmi = (): FakeNvidiaSmi => {
  const directory = mkdtempSync(join(tmpdir(), 'epochwatt-fake-smi-'))
  const file = (name: string): string => join(directory, name)
  const flag = (name: string, on: boolean): void =>
    on ? writeFileSync(file(name), '') : rmSync(file(name), { force: true })
  writeFileSync(file('nvidia-smi'), SCRIPT)
  chmodSync(file('nvidia-smi'), 0o755)
  writeFileSync(file('calls'), '')
  return {
    directory,
    path: file('nvidia-smi'),
    setList: text => writeFileSync(file('list'), text),
    setRows: text => writeFileSync(file('rows'), text),
    setOldDriver: old => flag('old-driver', old),
    setSilent: silent => flag('silent', silent),
    setEnding: ending => flag('end', ending),
    calls: () =>
      existsSync(file('calls'))
        ? readFileSync(file('calls'), 'utf8')
            .split('\n')
            .filter(line => line !== '')
            .map(line => {
              const [pid, ...args] = line.split(' ')
              return { pid: Number(pid), args: args.join(' ') }
            })
        : [],
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  }
}
