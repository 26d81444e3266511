// What an installation of our packages brings along: nothing that runs by itself, and no licence that binds its users.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)
const manifestOf = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as Manifest

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly license?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const ours = readdirSync(new URL('packages', root)).map(folder => ({
  folder,
  manifest: manifestOf(`packages/${folder}/package.json`),
}))
const foreign = ours.flatMap(({ folder, manifest }) =>
  Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
    .filter(name => !ours.some(({ manifest: own }) => own.name === name))
    .map(name => ({ name, manifest: manifestOf(`packages/${folder}/node_modules/${name}/package.json`) })),
)

/** npm runs these on the machine of whoever installs. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']

it('none of our packages runs anything when it is installed', () => {
  for (const { manifest } of ours)
    expect(Object.keys(manifest.scripts ?? {}), manifest.name).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(pre|post)?install$|^prepare$/)]),
    )
})

it('every dependency of theirs has its line in docs/dependencies.md', () => {
  const page = readFileSync(new URL('docs/dependencies.md', root), 'utf8')
  const missing = foreign.filter(({ name }) => !page.includes(name.replace(/^@opentelemetry\//, '')))
  expect(foreign.length).toBeGreaterThan(5)
  expect(missing.map(({ name }) => name)).toEqual([])
})

it('every dependency of theirs may be used by anybody', () => {
  for (const { name, manifest } of foreign)
    expect(manifest.license, name).toMatch(/^\(?(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|MPL-2\.0)\b/)
})

it('what a dependency runs at its installation is known', () => {
  const running = foreign.filter(({ manifest }) => INSTALL_SCRIPTS.some(script => manifest.scripts?.[script]))
  // koffi looks whether the binary for this platform is there; it is optional, and pnpm does not run it here.
  expect([...new Set(running.map(({ name }) => name))].filter(name => name !== 'koffi')).toEqual([])
})

it('the lockfile holds a digest of every package, and no address to fetch it from', () => {
  const lock = readFileSync(new URL('pnpm-lock.yaml', root), 'utf8')
  const resolutions = lock.match(/^ +resolution: .*$/gm) ?? []
  expect(resolutions.length).toBeGreaterThan(100)
  expect(resolutions.filter(line => !/resolution: \{integrity: sha512-[\w+/]+=*\}$/.test(line))).toEqual([])
  expect(lock).not.toMatch(/https?:\/\//)
})

it('versions are exact', () => {
  for (const { manifest } of ours) {
    const given = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies })
    const loose = given.filter(
      ([, version]) => !/^\d+\.\d+\.\d+/.test(version) && !version.startsWith('workspace:'),
    )
    expect(
      loose.map(([name]) => name),
      manifest.name,
    ).toEqual([])
  }
})
