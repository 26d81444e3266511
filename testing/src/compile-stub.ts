import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface ForeignLibrary {
  func(name: string, result: string, parameters: readonly string[]): (...values: unknown[]) => number
}

/** The system's compiler, or why there is none. */
export const findCompiler = (): { readonly path: string } | { readonly missing: string } => {
  for (const path of ['cc', 'gcc', 'clang']) {
    try {
      execFileSync(path, ['--version'], { stdio: 'ignore' })
      return { path }
    } catch {
      // Then the next.
    }
  }
  return { missing: 'no C compiler (cc, gcc or clang) on PATH' }
}

/** A shared library made from one C file, and its functions that describe what it shall show. */
export interface CompiledStub {
  /** Absolute path of the library. */
  readonly path: string
  /** Binds a function that returns nothing, or with `result` an `int`. */
  call(name: string, parameters: readonly string[], result?: 'void' | 'int'): (...values: unknown[]) => number
  dispose(): void
}

/**
 * @param koffi Resolved path of koffi, through which the stub is told what to show.
 * @throws When the compiler fails.
 */
export const compileStub = (
  compiler: string,
  koffi: string,
  source: string,
  libraryName: string,
): CompiledStub => {
  const directory = mkdtempSync(join(tmpdir(), 'epochwatt-stub-'))
  const path = join(directory, libraryName)
  execFileSync(compiler, ['-shared', '-fPIC', '-O1', '-o', path, source])
  const { load } = createRequire(koffi)(koffi) as { load(file: string): ForeignLibrary }
  const library = load(path)
  return {
    path,
    call: (name, parameters, result = 'void') => library.func(name, result, parameters),
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  }
}
