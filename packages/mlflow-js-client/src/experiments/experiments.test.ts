import { expect, it } from 'vitest'
import { clientOf } from '../../test/client-of.js'
import { connectToMlflow, uniqueName } from '../../test/connect.js'
import { describeWith } from '../../test/describe-with.js'
import { losingReplies } from '../../test/scripted-server.js'

for (const backend of ['current', 'embedded', 'fake'] as const)
  describeWith(`experiments (${backend})`, await connectToMlflow(backend), ({ client, server }) => {
    const { experiments } = client

    it('are read back as they were written', async () => {
      const name = uniqueName('exp')
      const experimentId = await experiments.create({ name, tags: { team: 'a', n: 1 } })
      await experiments.setTag(experimentId, 'team', 'b')
      const experiment = await experiments.get(experimentId)
      expect(experiment).toMatchObject({
        name,
        experimentId,
        lifecycleStage: 'active',
        tags: { team: 'b', n: '1' },
      })
      await expect(experiments.getByName(name)).resolves.toEqual(experiment)
      await experiments.rename(experimentId, `${name}!`)
      await expect(experiments.getByName(name)).resolves.toBeUndefined()
    })

    it('are made once when many ask at the same time', async () => {
      const name = uniqueName('race')
      const all = await Promise.all(Array.from({ length: 8 }, () => experiments.getOrCreate({ name })))
      expect(new Set(all.map(experiment => experiment.experimentId)).size).toBe(1)
    })

    // A database in the same process has no wire on which a reply could be lost.
    it.skipIf(backend === 'embedded')(
      'are made once, though the reply to their creation is lost',
      async () => {
        const name = uniqueName('lost')
        const proxy = await losingReplies(
          server.url,
          ({ url }, before) => url.endsWith('/create') && before === 1,
        )
        const made = await clientOf(proxy.url).experiments.getOrCreate({ name })
        await expect(experiments.getByName(name)).resolves.toEqual(made)
      },
    )

    it('keep their name when they are deleted', async () => {
      const name = uniqueName('gone')
      const experimentId = await experiments.create({ name })
      await experiments.delete(experimentId)
      await expect(experiments.getByName(name)).resolves.toMatchObject({ lifecycleStage: 'deleted' })
      await expect(experiments.create({ name })).rejects.toMatchObject({
        errorCode: 'RESOURCE_ALREADY_EXISTS',
      })
      await expect(
        experiments.search({ filter: `name = '${name}'`, viewType: 'DELETED_ONLY' }).all(),
      ).resolves.toHaveLength(1)
      await experiments.restore(experimentId)
      await expect(experiments.search({ filter: `name = '${name}'` }).all()).resolves.toHaveLength(1)
    })

    it('are limited in number on demand', async () => {
      await expect(experiments.search({ maxResults: 1 }).all()).resolves.toHaveLength(1)
    })

    it('cannot have a name that is empty or too long', async () => {
      await expect(experiments.create({ name: '' })).rejects.toMatchObject({ errorCode: 'INVALID_PAYLOAD' })
      await expect(experiments.create({ name: 'n'.repeat(501) })).rejects.toMatchObject({
        errorCode: 'INVALID_PAYLOAD',
      })
    })
  })
