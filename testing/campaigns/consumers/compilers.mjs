// TypeScript: every declaration under each compiler, and a wrong option found.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { importableNames } from '../../dist/packaging/published-packages.js'
import { runCommand } from '../../dist/packaging/run-command.js'
import { newProject, run } from './project.mjs'

const COMPILERS = ['5.3.3', '5.4.5', '5.9.3', '6.0.3', '7.0.2']
/** The first that knows of `require()` of ES modules. */
const KNOWS_REQUIRE = ['5.9.3', '6.0.3', '7.0.2']
/** Compilers that understand the declarations of what our packages stand on; with older ones only our own lines count. */
const KNOWS_DEPENDENCIES = ['5.9.3', '6.0.3', '7.0.2']
const OURS = /^((everything|wrong)\.mts|node_modules\/(@epochwatt|mlflow-js-client|wandb-node-sdk-shim)\/)/

const STRICT = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', 'node']
const MODULE = { nodenext: 'nodenext', bundler: 'esnext' }

export const compilerChecks = (folder, packages) => {
  let project
  /** One project for all: what differs is the compiler. */
  const prepare = async () => {
    if (project) return project
    const created = newProject(folder, 'compilers', packages)
    await run(created, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', '@types/node@20')
    const names = packages.flatMap(({ manifest }) => importableNames(manifest))
    const everything = names.map((name, index) => `export * as module${index} from '${name}'\n`).join('')
    writeFileSync(join(created, 'everything.mts'), everything)
    writeFileSync(
      join(created, 'common.cts'),
      names
        .map((name, index) => `import module${index} = require('${name}')\nvoid module${index}\n`)
        .join(''),
    )
    writeFileSync(
      join(created, 'wrong.mts'),
      `import { startTracking } from '@epochwatt/core'\nstartTracking({ contry: 'FR' })\n`,
    )
    project = created
    return created
  }

  const compile = async (version, resolution, file) => {
    const cwd = await prepare()
    const home = join(cwd, 'compilers', version)
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'package.json'), '{ "private": true }')
    await run(home, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', `typescript@${version}`)
    const options = ['--module', MODULE[resolution], '--moduleResolution', resolution, ...STRICT]
    const { stdout } = await runCommand(join(home, 'node_modules/.bin/tsc'), [...options, file], { cwd })
    const counts = line => KNOWS_DEPENDENCIES.includes(version) || OURS.test(line)
    return stdout.split('\n').filter(counts).join('\n')
  }

  const accepts = (version, resolution, file) => ({
    name: `TypeScript ${version}: ${resolution}, ${file}`,
    run: async () => assert.equal(await compile(version, resolution, file), ''),
  })

  return COMPILERS.flatMap(version => [
    accepts(version, 'nodenext', 'everything.mts'),
    accepts(version, 'bundler', 'everything.mts'),
    ...(KNOWS_REQUIRE.includes(version) ? [accepts(version, 'nodenext', 'common.cts')] : []),
    {
      name: `TypeScript ${version}: a wrong option is found`,
      run: async () => assert.match(await compile(version, 'nodenext', 'wrong.mts'), /contry/),
    },
  ])
}
