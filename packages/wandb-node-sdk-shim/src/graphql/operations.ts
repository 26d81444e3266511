import type { Operation } from '../http/wandb-client.js'

/** The GraphQL operations of a run. Field and argument names are the server's; the selections are what is read here. */

export const VIEWER: Operation = {
  name: 'Viewer',
  text: 'query Viewer { viewer { id entity username } }',
}

export const UPSERT_BUCKET: Operation = {
  name: 'UpsertBucket',
  text: `mutation UpsertBucket(
  $id: String, $name: String, $project: String, $entity: String, $groupName: String, $displayName: String,
  $notes: String, $commit: String, $config: JSONString, $host: String, $program: String, $repo: String,
  $jobType: String, $tags: [String!]
) {
  upsertBucket(input: {
    id: $id, name: $name, modelName: $project, entityName: $entity, groupName: $groupName, displayName: $displayName,
    notes: $notes, commit: $commit, config: $config, host: $host, jobProgram: $program, jobRepo: $repo,
    jobType: $jobType, tags: $tags
  }) {
    bucket { id name displayName historyLineCount project { name entity { name } } }
    inserted
  }
}`,
}

export const RUN_RESUME_STATUS: Operation = {
  name: 'RunResumeStatus',
  text: `query RunResumeStatus($project: String, $entity: String, $name: String!) {
  model(name: $project, entityName: $entity) {
    bucket(name: $name, missingOk: true) {
      id displayName summaryMetrics logLineCount historyLineCount eventsLineCount historyTail eventsTail config tags
      notes wandbConfig(keys: ["t"])
    }
  }
}`,
}

export const CREATE_RUN_FILES: Operation = {
  name: 'CreateRunFiles',
  text: `mutation CreateRunFiles($entity: String!, $project: String!, $run: String!, $files: [String!]!) {
  createRunFiles(input: {entityName: $entity, projectName: $project, runName: $run, files: $files}) {
    uploadHeaders
    files { name uploadUrl }
  }
}`,
}

export const NOTIFY_ALERT: Operation = {
  name: 'NotifyScriptableRunAlert',
  text: `mutation NotifyScriptableRunAlert(
  $entityName: String!, $projectName: String!, $runName: String!, $title: String!, $text: String!,
  $severity: AlertSeverity, $waitDuration: Duration
) {
  notifyScriptableRunAlert(input: {
    entityName: $entityName, projectName: $projectName, runName: $runName, title: $title, text: $text,
    severity: $severity, waitDuration: $waitDuration
  }) { success }
}`,
}

export const CREATE_ARTIFACT: Operation = {
  name: 'CreateArtifact',
  text: `mutation CreateArtifact($input: CreateArtifactInput!) {
  createArtifact(input: $input) {
    artifact { id state artifactSequence { latestArtifact { id } } }
  }
}`,
}

export const CREATE_ARTIFACT_MANIFEST: Operation = {
  name: 'CreateArtifactManifest',
  text: `mutation CreateArtifactManifest(
  $artifactID: ID!, $baseArtifactID: ID, $name: String!, $digest: String!, $entityName: String!,
  $projectName: String!, $runName: String!, $manifestType: ArtifactManifestType!, $includeUpload: Boolean!
) {
  createArtifactManifest(input: {
    artifactID: $artifactID, baseArtifactID: $baseArtifactID, name: $name, digest: $digest,
    entityName: $entityName, projectName: $projectName, runName: $runName, type: $manifestType
  }) {
    artifactManifest {
      id
      file {
        id
        uploadUrl @include(if: $includeUpload)
        uploadHeaders @include(if: $includeUpload)
      }
    }
  }
}`,
}

export const CREATE_ARTIFACT_FILES: Operation = {
  name: 'CreateArtifactFiles',
  text: `mutation CreateArtifactFiles(
  $artifactFiles: [CreateArtifactFileSpecInput!]!, $storageLayout: ArtifactStorageLayout!
) {
  createArtifactFiles(input: {artifactFiles: $artifactFiles, storageLayout: $storageLayout}) {
    files {
      edges {
        node {
          storagePath uploadUrl uploadHeaders
          uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } }
          artifact { id }
        }
      }
    }
  }
}`,
}

export const COMPLETE_MULTIPART: Operation = {
  name: 'CompleteMultipartUploadArtifact',
  text: `mutation CompleteMultipartUploadArtifact(
  $completeMultipartAction: CompleteMultipartAction!, $completedParts: [UploadPartsInput!]!, $artifactID: ID!,
  $storagePath: String!, $uploadID: String!
) {
  completeMultipartUploadArtifact(input: {
    completeMultipartAction: $completeMultipartAction, completedParts: $completedParts, artifactID: $artifactID,
    storagePath: $storagePath, uploadID: $uploadID
  }) { digest }
}`,
}

export const COMMIT_ARTIFACT: Operation = {
  name: 'CommitArtifact',
  text: `mutation CommitArtifact($artifactID: ID!) {
  commitArtifact(input: {artifactID: $artifactID}) { artifact { id digest } }
}`,
}

export const USE_ARTIFACT: Operation = {
  name: 'UseArtifact',
  text: `mutation UseArtifact($input: UseArtifactInput!) {
  useArtifact(input: $input) { artifact { id } }
}`,
}

export const ARTIFACT_BY_NAME: Operation = {
  name: 'ArtifactByName',
  text: `query ArtifactByName($entity: String, $project: String!, $name: String!) {
  project(name: $project, entityName: $entity) {
    artifact(name: $name) { id digest versionIndex artifactType { name } artifactSequence { name } }
  }
}`,
}

export const ARTIFACT_MANIFEST: Operation = {
  name: 'ArtifactManifest',
  text: `query ArtifactManifest($artifact_id: ID!) {
  artifact(id: $artifact_id) { currentManifest { file { directUrl } } }
}`,
}

export const ARTIFACT_FILE_URLS: Operation = {
  name: 'ArtifactFileURLs',
  text: `query ArtifactFileURLs($id: ID!, $cursor: String, $perPage: Int) {
  artifact(id: $id) {
    files(after: $cursor, first: $perPage) {
      pageInfo { hasNextPage endCursor }
      edges { node { name directUrl } }
    }
  }
}`,
}

export const RUNS: Operation = {
  name: 'Runs',
  text: `query Runs(
  $project: String!, $entity: String, $cursor: String, $perPage: Int = 50, $order: String, $filters: JSONString
) {
  project(name: $project, entityName: $entity) {
    entityName
    runs(filters: $filters, after: $cursor, first: $perPage, order: $order) {
      edges {
        node {
          name displayName state config summaryMetrics createdAt heartbeatAt tags notes historyLineCount
        }
        cursor
      }
      pageInfo { endCursor hasNextPage }
    }
  }
}`,
}

export const HISTORY_PAGE: Operation = {
  name: 'HistoryPage',
  text: `query HistoryPage(
  $entity: String!, $project: String!, $run: String!, $minStep: Int64!, $maxStep: Int64!, $pageSize: Int!
) {
  project(name: $project, entityName: $entity) {
    run(name: $run) { history(minStep: $minStep, maxStep: $maxStep, samples: $pageSize) }
  }
}`,
}
