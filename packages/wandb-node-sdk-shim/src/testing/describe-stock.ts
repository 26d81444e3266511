import { afterAll, afterEach, beforeEach, describe, it } from 'vitest'
import { temporaryDirectory } from './fixture.js'
import { findStockWandb, runPython, type StockWandb } from './stock-wandb.js'
import { type StubBackend, startStubBackend } from './stub-backend.js'

/** What a test of both clients has at hand. */
export interface StockBench {
  readonly stock: StockWandb
  /** A folder that both clients write to. */
  readonly dir: string
  /** A stub of its own for each test. */
  readonly stub: () => StubBackend
  /** Runs W&B's Python against the stub; answers what it printed. */
  readonly python: (...args: string[]) => Promise<string>
}

const stocks = await findStockWandb()

/** Runs a suite with each version of W&B's own Python SDK, on this machine, against the stub on loopback. */
export const describeWithStock = (subject: string, suite: (bench: StockBench) => void): void =>
  describe.each(stocks)(`${subject}, wandb $version`, stock => {
    if (stock.missing !== undefined) {
      it('needs the real client', context => context.skip(stock.missing))
      return
    }
    const directory = temporaryDirectory()
    afterAll(directory.remove)
    let stub: StubBackend
    beforeEach(async () => {
      stub = await startStubBackend()
    })
    afterEach(() => stub.close())
    suite({
      stock,
      dir: directory.path,
      stub: () => stub,
      python: (...args) => runPython(stock, { args, cwd: directory.path, url: stub.url }),
    })
  })
