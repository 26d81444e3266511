import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import * as tf from '@tensorflow/tfjs'

/** Opens a model's folder as a page would: TensorFlow.js fetches model.json and what that names. */
export const loadSavedModel = async (folder: string): Promise<tf.LayersModel> => {
  const server = createServer((request, response) => {
    response.end(readFileSync(join(folder, basename(request.url ?? ''))))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    return await tf.loadLayersModel(`http://127.0.0.1:${port}/model.json`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
