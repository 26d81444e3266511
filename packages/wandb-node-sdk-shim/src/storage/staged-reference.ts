import type { ArtifactSource } from '../artifact/artifact.js'
import type { ManifestEntry } from '../artifact/manifest.js'

/** Something that stays where it is: known by the digest that was given, else by its address. */
export const stagedReference = (
  path: string,
  { uri, digest, size }: Extract<ArtifactSource, { kind: 'reference' }>,
): ManifestEntry => ({ path, digest: digest || uri, size, ref: uri })
