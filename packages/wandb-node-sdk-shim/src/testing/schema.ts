/**
 * The part of W&B's GraphQL interface that clients of runs use, written after the documents that they send. Every
 * document and every variable that reaches the stub is validated against it.
 */
export const SCHEMA = `
scalar JSONString
scalar JSON
scalar Int64
scalar Duration
scalar DateTime

enum ArtifactState { PENDING COMMITTED DELETED }
enum ArtifactDigestAlgorithm { MANIFEST_MD5 }
enum ArtifactManifestType { FULL INCREMENTAL PATCH }
enum ArtifactStorageLayout { V1 V2 }
enum AlertSeverity { INFO WARN ERROR }
enum CompleteMultipartAction { Complete }

type PageInfo { hasNextPage: Boolean! endCursor: String }

type Query {
  viewer: User
  serverInfo: ServerInfo
  model(name: String, entityName: String): Project
  project(name: String, entityName: String): Project
  entity(name: String): Entity
  artifact(id: ID!): Artifact
  clientIDMapping(clientID: ID!): ClientIDMapping
}

type User {
  id: ID! entity: String username: String name: String email: String flags: JSONString admin: Boolean
  teams: EntityConnection
}
type EntityConnection { edges: [EntityEdge!]! }
type EntityEdge { node: Entity }
type Entity { id: ID! name: String! organization: Organization }
type Organization { id: ID! name: String! coreWeaveOrganizationId: String }
type ServerFeature { name: String! isEnabled: Boolean! }
type ServerInfo {
  cliVersionInfo: JSON latestLocalVersionInfo: LocalVersionInfo features: [ServerFeature!]
}
type LocalVersionInfo { outOfDate: Boolean! latestVersionString: String! versionOnThisInstanceString: String! }
type ClientIDMapping { serverID: ID! }

type Project {
  id: ID! name: String! entityName: String! entity: Entity!
  bucket(name: String!, missingOk: Boolean): Run
  run(name: String!): Run
  artifact(name: String!): Artifact
  artifactType(name: String!): ArtifactType
  runCount(filters: JSONString): Int
  runs(filters: JSONString, after: String, first: Int, order: String): RunConnection
  internalId: ID readOnly: Boolean
}
type RunEdge { node: Run! cursor: String! }
type RunConnection { edges: [RunEdge!]! pageInfo: PageInfo! }

type Run {
  id: ID! name: String! displayName: String description: String config: JSONString sweepName: String
  notes: String tags: [String!] group: String jobType: String state: String stopped: Boolean
  summaryMetrics: JSONString wandbConfig(keys: [String!]): JSONString
  historyLineCount: Int eventsLineCount: Int logLineCount: Int historyTail: JSONString eventsTail: JSONString
  project: Project createdAt: DateTime heartbeatAt: DateTime commit: String readOnly: Boolean
  systemMetrics: JSONString user: User historyKeys: JSON projectId: ID
  history(minStep: Int64, maxStep: Int64, samples: Int): [JSONString!]!
  events(samples: Int): [JSONString!]!
}

type File {
  id: ID name: String! storagePath: String uploadUrl(upload: Boolean): String uploadHeaders: [String!]
  directUrl: String! uploadMultipartUrls: UploadMultipartUrls artifact: Artifact
  sizeBytes: Int64 md5: String displayName: String mimetype: String digest: String url(upload: Boolean): String
}
type UploadMultipartUrls { uploadID: String! uploadUrlParts: [UploadUrlPart!]! }
type UploadUrlPart { partNumber: Int64! uploadUrl: String! }
type FileEdge { node: File cursor: String! }
type FileConnection { edges: [FileEdge!]! pageInfo: PageInfo! }

type ArtifactType { id: ID! name: String! }
type ArtifactCollection { id: ID! name: String! latestArtifact: Artifact }
type ArtifactAlias { alias: String! artifactCollectionName: String }
type ArtifactManifest { id: ID! digest: String file: File! type: ArtifactManifestType }
type Artifact {
  id: ID! digest: String! state: ArtifactState! versionIndex: Int artifactType: ArtifactType!
  artifactSequence: ArtifactCollection! currentManifest: ArtifactManifest description: String metadata: JSONString
  aliases: [ArtifactAlias!] files(names: [String!], after: String, first: Int): FileConnection!
}

type Mutation {
  upsertBucket(input: UpsertBucketInput!): UpsertBucketPayload
  upsertModel(input: UpsertModelInput!): UpsertModelPayload
  createRunFiles(input: CreateRunFilesInput!): CreateRunFilesPayload
  markRunFilesUploaded(input: MarkRunFilesUploadedInput!): MarkRunFilesUploadedPayload
  notifyScriptableRunAlert(input: NotifyScriptableRunAlertInput!): NotifyScriptableRunAlertPayload
  createArtifactType(input: CreateArtifactTypeInput!): CreateArtifactTypePayload
  createArtifact(input: CreateArtifactInput!): CreateArtifactPayload
  createArtifactManifest(input: CreateArtifactManifestInput!): CreateArtifactManifestPayload
  createArtifactFiles(input: CreateArtifactFilesInput!): CreateArtifactFilesPayload
  completeMultipartUploadArtifact(input: CompleteMultipartInput!): CompleteMultipartPayload
  commitArtifact(input: CommitArtifactInput!): CommitArtifactPayload
  useArtifact(input: UseArtifactInput!): UseArtifactPayload
}

input UpsertBucketInput { clientMutationId: String
  id: String name: String groupName: String modelName: String entityName: String description: String
  displayName: String notes: String config: JSONString commit: String host: String debug: Boolean jobProgram: String
  jobRepo: String jobType: String state: String sweep: String tags: [String!] summaryMetrics: JSONString
}
type UpsertBucketPayload { bucket: Run inserted: Boolean }
input UpsertModelInput { clientMutationId: String name: String! entityName: String }
type UpsertModelPayload { model: Project }

input CreateRunFilesInput { clientMutationId: String entityName: String! projectName: String! runName: String! files: [String!]! }
type CreateRunFilesPayload { runID: ID! uploadHeaders: [String!] files: [File!]! }
input MarkRunFilesUploadedInput { clientMutationId: String runID: ID files: [String!] }
type MarkRunFilesUploadedPayload { success: Boolean }

input NotifyScriptableRunAlertInput { clientMutationId: String
  entityName: String! projectName: String! runName: String! title: String! text: String! severity: AlertSeverity
  waitDuration: Duration
}
type NotifyScriptableRunAlertPayload { success: Boolean! }

input CreateArtifactTypeInput { clientMutationId: String entityName: String! projectName: String! name: String! description: String }
type CreateArtifactTypePayload { artifactType: ArtifactType! }
input ArtifactAliasInput { artifactCollectionName: String! alias: String! }
input TagInput { tagName: String! }
input CreateArtifactInput { clientMutationId: String
  entityName: String! projectName: String! runName: String artifactTypeName: String! artifactCollectionName: String
  artifactCollectionNames: [String!] digest: String! digestAlgorithm: ArtifactDigestAlgorithm! description: String
  labels: JSONString aliases: [ArtifactAliasInput!] tags: [TagInput!] metadata: JSONString ttlDurationSeconds: Int64
  historyStep: Int64 enableDigestDeduplication: Boolean distributedID: String clientID: ID sequenceClientID: ID
  storageRegion: String
}
type CreateArtifactPayload { artifact: Artifact! }
input CreateArtifactManifestInput { clientMutationId: String
  artifactID: ID! baseArtifactID: ID name: String! digest: String! entityName: String! projectName: String!
  runName: String! type: ArtifactManifestType
}
type CreateArtifactManifestPayload { artifactManifest: ArtifactManifest! }
input UploadPartsInput { partNumber: Int64! hexMD5: String! }
input CreateArtifactFileSpecInput {
  artifactID: ID! name: String! md5: String! mimetype: String artifactManifestID: ID
  uploadPartsInput: [UploadPartsInput!]
}
input CreateArtifactFilesInput { clientMutationId: String cloudRegionID: ID artifactFiles: [CreateArtifactFileSpecInput!]! storageLayout: ArtifactStorageLayout }
type CreateArtifactFilesPayload { files: FileConnection! }
input CompleteMultipartInput { clientMutationId: String
  completeMultipartAction: CompleteMultipartAction! completedParts: [UploadPartsInput!]! artifactID: ID!
  storagePath: String! uploadID: String!
}
type CompleteMultipartPayload { digest: String }
input CommitArtifactInput { clientMutationId: String artifactID: ID! }
type CommitArtifactPayload { artifact: Artifact! }
input UseArtifactInput { clientMutationId: String
  entityName: String! projectName: String! runName: String! artifactID: ID! usedAs: String
  artifactEntityName: String artifactProjectName: String
}
type UseArtifactPayload { artifact: Artifact! }
`
