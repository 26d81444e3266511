// Writes the types of the MLflow client from its OpenAPI document.
//   node tools/codegen/mlflow-types.mjs           writes
//   node tools/codegen/mlflow-types.mjs --check   exits 1 if the committed file is not what the document gives
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'

const client = new URL('../../packages/mlflow-js-client/', import.meta.url)
const target = fileURLToPath(new URL('src/openapi/schema.gen.ts', client))

const ast = await openapiTS(new URL('openapi/mlflow.yaml', client), { alphabetize: false })
const generated = COMMENT_HEADER + astToString(ast)

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== generated) {
    console.error(`${target} is out of date: run "node tools/codegen/mlflow-types.mjs".`)
    process.exitCode = 1
  }
} else {
  writeFileSync(target, generated)
}
