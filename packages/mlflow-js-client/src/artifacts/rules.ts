import { type ArtifactRoot, parseArtifactRoot } from './root.js'

/** How artifacts are reached: through a server, or by what stands for one. */
export interface ArtifactRules {
  rootOf(artifactUri: string): ArtifactRoot
  /** Sizes that the route for uploads through the server takes. */
  readonly leastServerSideBytes: number
  readonly mostServerSideBytes: number
}

export const serverRules = (trackingUri: string): ArtifactRules => ({
  rootOf: artifactUri => parseArtifactRoot(artifactUri, trackingUri),
  leastServerSideBytes: 1,
  // Beyond it the connection may just be reset.
  mostServerSideBytes: 10 * 2 ** 20,
})

/** Every root is a folder of this machine, whatever its URI says. */
export const embeddedRules: ArtifactRules = {
  rootOf: uri => ({ kind: 'direct', uri, scheme: 'file' }),
  leastServerSideBytes: 0,
  mostServerSideBytes: Number.POSITIVE_INFINITY,
}
