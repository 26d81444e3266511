import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { parse } from 'yaml'

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Closes every object, so that a field that the document does not know is found. */
const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed)
  if (!isObject(value)) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]))
  if (copy.type === 'object' && isObject(copy.properties) && !('additionalProperties' in copy)) {
    copy.unevaluatedProperties = false
  }
  return copy
}

export interface Operation {
  readonly id: string
  readonly method: string
  readonly route: string
  readonly pattern: RegExp
  readonly checkRequest: ValidateFunction | undefined
  readonly checkResponse: ValidateFunction | undefined
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const patternOf = (route: string): RegExp => {
  const source = route
    .split(/(\{[^}]+\})/)
    .map(part => {
      if (!part.startsWith('{')) return escaped(part)
      return part === '{path}' || part === '{directory}' ? '.+' : '[^/]+'
    })
    .join('')
  return new RegExp(`^${source}$`)
}

export interface OpenapiDocument {
  readonly operations: readonly Operation[]
  readonly checkError: ValidateFunction
  find(method: string, path: string): Operation | undefined
}

/** The document of the package, ready to check what goes over the wire against it. */
export const loadOpenapiDocument = (): OpenapiDocument => {
  const text = readFileSync(new URL('../openapi/mlflow.yaml', import.meta.url), 'utf8')
  const document = closed(parse(text)) as { paths: Record<string, Json>; components: Record<string, Json> }
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    formats: { int64: true, int32: true, binary: true },
  })
  ajv.addSchema({ $id: 'mlflow', ...document })

  const resolve = (value: unknown): Json | undefined => {
    if (!isObject(value)) return undefined
    if (typeof value.$ref !== 'string') return value
    const [, , kind, name] = value.$ref.split('/') as [string, string, string, string]
    return document.components[kind]?.[name] as Json | undefined
  }
  const jsonSchema = (holder: Json | undefined): Json | undefined => {
    const content = holder?.content
    const json = isObject(content) ? content['application/json'] : undefined
    return isObject(json) && isObject(json.schema) ? json.schema : undefined
  }
  const absolute = (schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(absolute)
    if (!isObject(schema)) return schema
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) => [
        key,
        key === '$ref' && typeof value === 'string' ? `mlflow${value}` : absolute(value),
      ]),
    )
  }
  const compile = (schema: Json | undefined) => schema && ajv.compile(absolute(schema) as Json)

  const methods = ['get', 'post', 'put', 'patch', 'delete']
  const operations = Object.entries(document.paths).flatMap(([route, item]) =>
    methods.flatMap(method => {
      const operation = item[method]
      if (!isObject(operation) || !isObject(operation.responses)) return []
      return {
        id: String(operation.operationId),
        method: method.toUpperCase(),
        route,
        pattern: patternOf(route),
        checkRequest: compile(jsonSchema(resolve(operation.requestBody))),
        checkResponse: compile(jsonSchema(resolve(operation.responses['200']))),
      }
    }),
  )
  return {
    operations,
    checkError: ajv.compile({ $ref: 'mlflow#/components/schemas/Error' }),
    // A fixed route goes before one with a parameter: logged-models/search before logged-models/{model_id}.
    find: (method, path) =>
      operations.find(operation => operation.method === method && operation.route === path) ??
      operations.find(operation => operation.method === method && operation.pattern.test(path)),
  }
}
