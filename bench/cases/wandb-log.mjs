// Rows into an offline W&B run: time on the caller's thread for each call, and rows a second until all is in the file.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { init } from 'wandb-node-sdk-shim'

const rows = Number(process.argv[2])
const dir = mkdtempSync(join(tmpdir(), 'wandb-bench-'))
const run = await init({
  mode: 'offline',
  project: 'bench',
  dir,
  settings: { silent: true, disableGit: true },
})
const took = new Float64Array(rows)
const began = process.hrtime.bigint()
for (let i = 0; i < rows; i++) {
  const row = {
    epoch: i,
    loss: 1 / (i + 1),
    accuracy: i / rows,
    'val/loss': 2 / (i + 1),
    'val/accuracy': i / rows,
    lr: 1e-3,
  }
  const start = process.hrtime.bigint()
  run.log(row)
  took[i] = Number(process.hrtime.bigint() - start) / 1000
}
const loopUs = Number(process.hrtime.bigint() - began) / 1000
await run.finish()
const seconds = Number(process.hrtime.bigint() - began) / 1e9
rmSync(dir, { recursive: true, force: true })
took.sort()
console.log(
  JSON.stringify({ rowsPerSecond: rows / seconds, meanUs: loopUs / rows, medianUs: took[rows >> 1] }),
)
