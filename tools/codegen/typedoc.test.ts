import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

interface Conditions {
  readonly [condition: string]: string | Conditions
}

const PACKAGES = fileURLToPath(new URL('../../packages/', import.meta.url))
const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

const typesOf = (target: string | Conditions): readonly string[] =>
  typeof target === 'string'
    ? []
    : Object.entries(target).flatMap(([condition, inner]) =>
        condition === 'types' ? [String(inner)] : typesOf(inner),
      )

it("the API's pages cover every entrance of every package", () => {
  const { entryPoints } = readJson(fileURLToPath(new URL('typedoc.json', import.meta.url))) as {
    readonly entryPoints: readonly string[]
  }
  const entrances = readdirSync(PACKAGES).flatMap(folder => {
    const { exports = {} } = readJson(join(PACKAGES, folder, 'package.json')) as { exports?: Conditions }
    return Object.values(exports)
      .flatMap(typesOf)
      .map(types => types.replace('./dist/', `../../packages/${folder}/src/`).replace(/\.d\.ts$/, '.ts'))
  })
  expect(entrances.length).toBeGreaterThan(10)
  expect([...entryPoints].sort()).toEqual([...new Set(entrances)].sort())
})
