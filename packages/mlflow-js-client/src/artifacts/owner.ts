import { type Api, bodyOf } from '../http/api.js'
import { checked } from '../validation/validate.js'
import type { ArtifactRoot } from './root.js'
import type { ArtifactRules } from './rules.js'

/** Whose artifacts: a run, by its id, or a logged model. */
export type ArtifactOwner = string | { readonly modelId: string }

export const idOf = (owner: ArtifactOwner): string => (typeof owner === 'string' ? owner : owner.modelId)

const artifactUriOf = async (api: Api, owner: ArtifactOwner): Promise<string> => {
  if (typeof owner === 'string') {
    const query = await checked('runById', { run_id: owner })
    return (
      (await bodyOf(api.GET('/api/2.0/mlflow/runs/get', { params: { query } }))).run.info.artifact_uri ?? ''
    )
  }
  const params = { path: { model_id: owner.modelId } }
  const reply = await bodyOf(api.GET('/api/2.0/mlflow/logged-models/{model_id}', { params }))
  return reply.model.info.artifact_uri ?? ''
}

export interface RootFinder {
  rootOf(owner: ArtifactOwner): Promise<ArtifactRoot>
}

const rememberedRoots = 256

/** An artifact root never changes, so it is asked for once. */
export const createRootFinder = (api: Api, rules: ArtifactRules): RootFinder => {
  const roots = new Map<string, ArtifactRoot>()
  return {
    rootOf: async owner => {
      const id = idOf(owner)
      const known = roots.get(id)
      if (known) return known
      const root = rules.rootOf(await artifactUriOf(api, owner))
      const oldest = roots.size >= rememberedRoots ? roots.keys().next().value : undefined
      if (oldest !== undefined) roots.delete(oldest)
      roots.set(id, root)
      return root
    },
  }
}
