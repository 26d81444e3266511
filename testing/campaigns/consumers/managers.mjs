// Package managers: each installs the tarballs into a fresh project, in which runs are tracked and the command line answers.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { importableNames } from '../../dist/packaging/published-packages.js'
import { expectTracked, newProject, run } from './project.mjs'

const NPM = ['npm']
const PNPM = ['npx', '-y', 'pnpm@10.34.9']
const YARN_1 = ['npx', '-y', 'yarn@1.22.22']
const YARN_4 = ['npx', '-y', '-p', '@yarnpkg/cli-dist@4.18.1', 'yarn']

const NOTHING = {}
const MANAGERS = [
  {
    name: 'npm',
    install: [...NPM, 'install', '--no-audit', '--no-fund', '--loglevel=error'],
    node: ['node'],
    command: ['npx', 'epochwatt'],
    files: NOTHING,
  },
  {
    name: 'pnpm 10',
    // It has no store of its own to fill, and must not take the temporary folder for a part of a workspace.
    install: [...PNPM, 'install', '--ignore-workspace', '--no-frozen-lockfile'],
    node: ['node'],
    command: [...PNPM, 'exec', 'epochwatt'],
    files: NOTHING,
  },
  {
    name: 'yarn 1',
    // Its cache knows a tarball by name and version alone: the next build of a version would be the last one.
    install: [...YARN_1, 'install', '--no-progress', '--silent', '--cache-folder', '.yarn-cache'],
    node: ['node'],
    command: [...YARN_1, '--silent', 'epochwatt'],
    files: NOTHING,
  },
  {
    name: 'yarn 4, node_modules',
    install: [...YARN_4, 'install'],
    node: ['node'],
    command: [...YARN_4, 'epochwatt'],
    files: { '.yarnrc.yml': 'nodeLinker: node-modules\nenableGlobalCache: false\n', 'yarn.lock': '' },
  },
  {
    // Its loader does not open archives for Node's `require()` of ES modules.
    name: "yarn 4, Plug'n'Play, import only",
    importOnly: true,
    install: [...YARN_4, 'install'],
    node: [...YARN_4, 'node'],
    command: [...YARN_4, 'epochwatt'],
    files: { '.yarnrc.yml': 'nodeLinker: pnp\nenableGlobalCache: false\n', 'yarn.lock': '' },
  },
]

const check = (folder, packages, { name, install, node, command, files, importOnly = false }) => ({
  name: `package manager: ${name}`,
  run: async () => {
    const project = newProject(folder, `manager ${name}`, packages)
    for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text)
    await run(project, ...install)
    await expectTracked(project, ...node, 'track.mjs')
    const names = packages.flatMap(({ manifest }) => importableNames(manifest))
    const imports = names.map(name => `import('${name}')`)
    const requires = names.map(name => `require('${name}')`)
    const all = loads => `Promise.all([${loads}]).then(loaded => console.log(loaded.every(Boolean)))`
    writeFileSync(join(project, 'all.mjs'), all(imports))
    assert.equal((await run(project, ...node, 'all.mjs')).trim(), 'true')
    if (!importOnly) {
      await expectTracked(project, ...node, 'track.cjs')
      writeFileSync(join(project, 'all.cjs'), all([...requires, ...imports]))
      assert.equal((await run(project, ...node, 'all.cjs')).trim(), 'true')
    }
    const { worker } = JSON.parse(await run(project, ...command, 'doctor', '--json'))
    assert.equal(worker.ok, true)
  },
})

export const managerChecks = (folder, packages) => MANAGERS.map(manager => check(folder, packages, manager))
