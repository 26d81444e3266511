import { WandbError } from '../errors.js'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** `length` random characters of `[a-z0-9]`, from the cryptographic generator. W&B's run ids have 8. */
export const randomId = (length = 8): string => {
  let id = ''
  while (id.length < length) {
    // 252 = 7 x 36: higher bytes would favour the first letters.
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 252 && id.length < length) id += ALPHABET[byte % 36]
    }
  }
  return id
}

/** @throws {WandbError} `USAGE` for an id that W&B's addresses cannot carry. */
export const checkedRunId = (id: string): string => {
  if (id === '' || id !== id.trim() || /[:;,#?/'`]/.test(id) || id.length > 128) {
    throw new WandbError(
      'USAGE',
      `Run id ${JSON.stringify(id)}: accepted are 1 to 128 characters, none of : ; , # ? / ' \` and no space at either end.`,
    )
  }
  return id
}

/** @throws {WandbError} `USAGE` for a project name that W&B refuses. */
export const checkedProject = (project: string): string => {
  if (project === '' || project.length > 128 || /[/\\#?%:]/.test(project)) {
    throw new WandbError(
      'USAGE',
      `Project ${JSON.stringify(project)}: accepted are 1 to 128 characters, none of / \\ # ? % :.`,
    )
  }
  return project
}

/** @throws {WandbError} `USAGE` for a tag that W&B refuses. */
export const checkedTags = (tags: readonly string[]): readonly string[] => {
  for (const tag of tags) {
    if (tag.length < 1 || tag.length > 64) {
      throw new WandbError(
        'USAGE',
        `Tag ${JSON.stringify(tag)} has ${tag.length} characters; accepted: 1 to 64.`,
      )
    }
  }
  return [...new Set(tags)]
}
