/** Values as they stand in records: already JSON. */
type Node = string | Map<string, Node>

interface Item {
  readonly key?: string
  readonly nestedKey?: readonly string[]
  readonly valueJson?: string
}

const pathOf = ({ key, nestedKey }: Item): readonly string[] =>
  nestedKey?.length ? nestedKey : key ? [key] : []

/** An object put together from records, without parsing the values. */
export class JsonTree {
  readonly #root = new Map<string, Node>()

  set(item: Item): void {
    const path = pathOf(item)
    if (path.length === 0) return
    let level = this.#root
    for (const label of path.slice(0, -1)) {
      const next = level.get(label)
      if (next instanceof Map) level = next
      else {
        const created = new Map<string, Node>()
        level.set(label, created)
        level = created
      }
    }
    level.set(path.at(-1)!, item.valueJson ?? 'null')
  }

  remove(item: Item): void {
    const path = pathOf(item)
    let level: Node | undefined = this.#root
    for (const label of path.slice(0, -1)) level = level instanceof Map ? level.get(label) : undefined
    if (level instanceof Map && path.length > 0) level.delete(path.at(-1)!)
  }

  get isEmpty(): boolean {
    return this.#root.size === 0
  }

  /** Top-level keys with their values as JSON. */
  *entries(): Generator<[key: string, json: string]> {
    for (const [key, node] of this.#root) yield [key, textOf(node)]
  }

  toString(): string {
    return textOf(this.#root)
  }
}

const textOf = (node: Node): string => {
  if (typeof node === 'string') return node
  const fields: string[] = []
  for (const [key, child] of node) fields.push(`${JSON.stringify(key)}:${textOf(child)}`)
  return `{${fields.join(',')}}`
}

/** One line of a run's history. */
export const lineOf = (items: readonly Item[]): string => {
  const tree = new JsonTree()
  for (const item of items) tree.set(item)
  return tree.toString()
}
