// What an installation of our packages brings along, all the way down: docs/licences.md. Read from what is installed here.
//   node tools/licences.mjs           writes
//   node tools/licences.mjs --check   says whether the page is as it would be written; exits 1 if not
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = join(root, 'docs/licences.md')
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']

const readManifest = folder => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** As Node finds it from a package: pnpm puts the dependencies of each beside it. */
const findPackage = (name, from) => {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (existsSync(join(place, 'package.json'))) return realpathSync(place)
    if (dirname(folder) === folder) return undefined
  }
}

/** Each platform has its own binary, of one licence. */
const withoutPlatform = name =>
  name.replace(/(?:linux|darwin|win32|freebsd|openbsd|android)-.*$/, '<platform>')

const own = readdirSync(join(root, 'packages')).map(name => join(root, 'packages', name))
const ownNames = new Set(own.map(folder => readManifest(folder).name))

const found = new Map()
const visit = (folder, isOptional, by) => {
  const manifest = readManifest(folder)
  for (const [kind, names] of [
    [false, manifest.dependencies],
    [true, manifest.optionalDependencies],
  ]) {
    for (const name of Object.keys(names ?? {})) {
      if (ownNames.has(name)) continue
      const place = findPackage(name, folder)
      // A binary for another platform.
      if (place === undefined) continue
      const { version, license, scripts = {} } = readManifest(place)
      const shown = `${withoutPlatform(name)} ${version}`
      const known = found.get(shown)
      const optional = (kind || isOptional) && (known?.optional ?? true)
      const runs = INSTALL_SCRIPTS.filter(script => scripts[script])
      const users = new Set([...(known?.users ?? []), by])
      found.set(shown, { name: withoutPlatform(name), version, license, optional, runs, users })
      if (!known) visit(place, kind || isOptional, by)
    }
  }
}
for (const folder of own) visit(folder, false, readManifest(folder).name)

const rows = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
const count = new Map()
for (const { license } of rows) count.set(license, (count.get(license) ?? 0) + 1)
const byCount = [...count].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))

const text = `# Licences of what is installed

<!-- Written by tools/licences.mjs. -->

Our packages are Apache-2.0 but for \`@epochwatt/electricitymaps-data\`, whose table is ODbL-1.0. What an installation of all of
them brings along, all the way down, is ${rows.length} packages: ${byCount.map(([license, n]) => `${license} (${n})`).join(', ')}. *Optional*
ones may be missing. Peers that are the user's own copy (TensorFlow.js, DuckDB, undici) are not listed.

| package | version | licence | | brought by |
| --- | --- | --- | --- | --- |
${rows
  .map(({ name, version, license, optional, runs, users }) => {
    const notes = [optional ? 'optional' : '', runs.length > 0 ? `has a script: ${runs.join(', ')}` : '']
    return `| ${name} | ${version} | ${license} | ${notes.filter(Boolean).join(', ')} | ${[...users].sort().join(', ')} |`
  })
  .join('\n')}
`

if (process.argv.includes('--check')) {
  if (!existsSync(page) || readFileSync(page, 'utf8') !== text) {
    console.log('docs/licences.md is not up to date; run "node tools/licences.mjs"')
    process.exitCode = 1
  }
} else writeFileSync(page, text)
