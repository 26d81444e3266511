import { fileURLToPath } from 'node:url'
import { bundled } from '../bundled.mjs'

// Servers are installed beside the tests' own: a bundle lies elsewhere than the source that says so.
process.env.XDG_CACHE_HOME ??= fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url))

export const sources = await bundled('campaigns/backend-sources.ts')

/** The newest MLflow that the tests know. @throws where it cannot be installed. */
export const installedMlflow = async () => {
  const install = await sources.mlflowInstall('current')
  if ('reason' in install) throw new Error(install.reason)
  return install
}
