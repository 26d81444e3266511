import * as z from 'zod'
import type { components } from '../openapi/schema.gen.js'
import { keyProblem } from './key-problem.js'
import { isLongerThan, limits } from './limits.js'

// This module is loaded at the first request and not before: importing zod takes as long as starting Node.

type Wire = components['schemas']

const text = (limit: number) =>
  z.string().refine(value => !isLongerThan(value, limit), `is longer than ${limit} characters`)

const filled = (limit: number) => text(limit).min(1, 'is empty')

const key = z.string().superRefine((value, context) => {
  const problem = keyProblem(value)
  if (problem) context.addIssue({ code: 'custom', message: problem })
})

const safeInteger = z
  .number()
  .refine(
    Number.isSafeInteger,
    'is not a whole number; the server would drop it, and all that follows, with 200',
  )
const milliseconds = safeInteger.min(0)
const runId = z.string().regex(/^[a-zA-Z0-9][\w-]{0,255}$/, 'is not a run id')
const experimentId = z.string().regex(/^[a-zA-Z0-9][\w-]{0,63}$/, 'is not an experiment id')
const modelId = z.string().regex(/^[\w-]{1,256}$/, 'is not a model id')

const double = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])

export const metric = z
  .strictObject({
    key,
    value: double,
    timestamp: milliseconds,
    step: safeInteger,
    dataset_name: filled(limits.datasetNameLength).optional(),
    dataset_digest: filled(limits.datasetDigestLength).optional(),
    model_id: modelId.optional(),
  })
  .refine(
    point => (point.dataset_name === undefined) === (point.dataset_digest === undefined),
    'dataset_name and dataset_digest go together',
  ) satisfies z.ZodType<Wire['MetricInput']>

export const param = z.strictObject({
  key,
  value: text(limits.paramValueLength),
}) satisfies z.ZodType<Wire['KeyValue']>

export const tag = z.strictObject({
  key,
  value: text(limits.tagValueLength),
}) satisfies z.ZodType<Wire['KeyValue']>

const experimentTag = z.strictObject({ key, value: text(limits.experimentTagValueLength) })
const experimentName = filled(limits.experimentNameLength)

const datasetInput = z.strictObject({
  dataset: z.strictObject({
    name: filled(limits.datasetNameLength),
    digest: filled(limits.datasetDigestLength),
    source_type: z.string().min(1),
    source: filled(limits.datasetSourceLength),
    schema: text(limits.datasetSchemaLength).optional(),
    profile: text(limits.datasetProfileLength).optional(),
  }),
  tags: z
    .array(z.strictObject({ key: filled(limits.inputTagKeyLength), value: text(limits.inputTagValueLength) }))
    .optional(),
}) satisfies z.ZodType<Wire['DatasetInput']>

const pageToken = z.string().min(1).optional()
const viewType = z.enum(['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL']).optional()
const pageSize = (limit: number) => safeInteger.min(1).max(limit)

/** One schema for each JSON body that this client sends, by the operation's name in the OpenAPI document. */
export const bodies = {
  createExperiment: z.strictObject({
    name: experimentName,
    artifact_location: z.string().min(1).optional(),
    tags: z.array(experimentTag).optional(),
  }),
  experimentById: z.strictObject({ experiment_id: experimentId }),
  updateExperiment: z.strictObject({ experiment_id: experimentId, new_name: experimentName }),
  setExperimentTag: experimentTag.extend({ experiment_id: experimentId }),
  searchExperiments: z.strictObject({
    max_results: pageSize(limits.experimentsPerPage),
    page_token: pageToken,
    filter: z.string().optional(),
    order_by: z.array(z.string()).optional(),
    view_type: viewType,
  }),
  createRun: z.strictObject({
    experiment_id: experimentId,
    start_time: milliseconds,
    run_name: text(limits.tagValueLength).optional(),
    tags: z.array(tag).optional(),
  }),
  runById: z.strictObject({ run_id: runId }),
  updateRun: z.strictObject({
    run_id: runId,
    status: z.enum(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']).optional(),
    end_time: milliseconds.optional(),
    run_name: filled(limits.tagValueLength).optional(),
  }),
  searchRuns: z.strictObject({
    experiment_ids: z.array(experimentId).min(1),
    filter: z.string().optional(),
    run_view_type: viewType,
    max_results: pageSize(limits.runsPerPage),
    order_by: z.array(z.string()).optional(),
    page_token: pageToken,
  }),
  deleteTag: z.strictObject({ run_id: runId, key }),
  logInputs: z.strictObject({
    run_id: runId,
    datasets: z.array(datasetInput).optional(),
    models: z.array(z.strictObject({ model_id: modelId })).optional(),
  }),
  logOutputs: z.strictObject({
    run_id: runId,
    models: z.array(z.strictObject({ model_id: modelId, step: safeInteger })),
  }),
  createLoggedModel: z.strictObject({
    experiment_id: experimentId,
    name: z
      .string()
      .regex(/^[^/:.%"']+$/, 'may not be empty nor hold / : . % or quotes')
      .optional(),
    model_type: z.string().optional(),
    source_run_id: runId.optional(),
    params: z.array(param).optional(),
    tags: z.array(tag).optional(),
  }),
  finalizeLoggedModel: z.strictObject({
    model_id: modelId,
    status: z.enum(['LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED']),
  }),
  searchLoggedModels: z.strictObject({
    experiment_ids: z.array(experimentId).min(1),
    filter: z.string().optional(),
    max_results: pageSize(limits.loggedModelsPerPage),
    page_token: pageToken,
    datasets: z
      .array(z.strictObject({ dataset_name: z.string().min(1), dataset_digest: z.string().optional() }))
      .optional(),
    order_by: z
      .array(
        z.strictObject({
          field_name: z.string().min(1),
          ascending: z.boolean().optional(),
          dataset_name: z.string().optional(),
          dataset_digest: z.string().optional(),
        }),
      )
      .optional(),
  }),
  setLoggedModelTags: z.strictObject({ tags: z.array(tag).min(1) }),
  logLoggedModelParams: z.strictObject({ model_id: modelId, params: z.array(param).min(1) }),
  createPresignedUpload: z.strictObject({
    run_id: runId.optional(),
    model_id: modelId.optional(),
    path: z.string().min(1),
  }),
  createMultipartUpload: z.strictObject({ path: z.string().min(1), num_parts: safeInteger.min(1) }),
  completeMultipartUpload: z.strictObject({
    path: z.string().min(1),
    upload_id: z.string(),
    parts: z.array(
      z.strictObject({ part_number: safeInteger, etag: z.string(), url: z.string().optional() }),
    ),
  }),
  abortMultipartUpload: z.strictObject({ path: z.string().min(1), upload_id: z.string() }),
} as const

export type BodyName = keyof typeof bodies
