#!/usr/bin/env node
// Facts (a folder of CSV files) -> the compact tables that the core ships. Run by hand to refresh them:
//   node tools/data/generate.mjs FOLDER [OUTPUT]
// OUTPUT is packages/core/src/data by default. Exit 0: written. 1: a fault in the data, nothing written. 2: wrong usage.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildModules } from './build-modules.mjs'

const [folder, output = fileURLToPath(new URL('../../packages/core/src/data', import.meta.url)), ...rest] =
  process.argv.slice(2)
if (!folder || rest.length > 0) {
  console.error('Usage: node tools/data/generate.mjs FOLDER [OUTPUT]')
  process.exit(2)
}

const { modules, problems } = buildModules(folder)
if (problems.length > 0) {
  for (const line of problems) console.error(line)
  console.error(`${problems.length} fault${problems.length > 1 ? 's' : ''}; nothing was written.`)
  process.exit(1)
}
for (const [file, text] of Object.entries(modules)) {
  writeFileSync(join(output, file), text)
  console.log(`${file} ${text.length} characters`)
}
