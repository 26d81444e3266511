// Committed as declarations: they say what providers receive, and there is nothing in them to ship.
// Writes the types of the grid providers from their OpenAPI documents.
//   node tools/codegen/grid-types.mjs           writes
//   node tools/codegen/grid-types.mjs --check   exits 1 if a committed file is not what its document gives
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'

const core = new URL('../../packages/core/', import.meta.url)
const documents = readdirSync(new URL('openapi/', core)).filter(name => name.endsWith('.yaml'))

for (const name of documents) {
  const target = fileURLToPath(new URL(`src/grid/live/openapi/${name.replace('.yaml', '.gen.d.ts')}`, core))
  const ast = await openapiTS(new URL(`openapi/${name}`, core), { alphabetize: false })
  const generated = COMMENT_HEADER + astToString(ast)
  if (!process.argv.includes('--check')) {
    writeFileSync(target, generated)
  } else if (readFileSync(target, 'utf8') !== generated) {
    console.error(`${target} is out of date: run "node tools/codegen/grid-types.mjs".`)
    process.exitCode = 1
  }
}
