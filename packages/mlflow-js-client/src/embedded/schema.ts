/**
 * The schema that is written: MLflow's own at one revision of its migrations, which never change once published. Every
 * MLflow since 2.4 opens a file stamped with it and migrates it by itself; it is the oldest that has the status KILLED,
 * latest values, the times of experiments, and datasets.
 */
export const SCHEMA_REVISION = '7f2a7d5fae7d'

/** `foo INTEGER` and the like, one to a line: MLflow's migrations read the text of the statement, not just its meaning. */
const table = (name: string, ...lines: readonly string[]): string =>
  `CREATE TABLE ${name} (\n${lines.map(line => `\t${line}`).join(', \n')}\n)`

const pairs = (name: string, valueLength: number, owner: string, owners: string, key: string): string =>
  table(
    name,
    '"key" VARCHAR(250) NOT NULL',
    `value VARCHAR(${valueLength})${name === 'params' ? ' NOT NULL' : ''}`,
    `${owner} NOT NULL`,
    `CONSTRAINT ${key} PRIMARY KEY ("key", ${owner.split(' ')[0]})`,
    `FOREIGN KEY(${owner.split(' ')[0]}) REFERENCES ${owners} (${owner.split(' ')[0]})`,
  )

const RUN = 'run_uuid VARCHAR(32)'
const MODEL = 'FOREIGN KEY(name) REFERENCES registered_models (name)'

/** Tables of experiments and runs. */
const tracking: readonly string[] = [
  table(
    'experiments',
    'experiment_id INTEGER NOT NULL',
    'name VARCHAR(256) NOT NULL',
    'artifact_location VARCHAR(256)',
    'lifecycle_stage VARCHAR(32)',
    'creation_time BIGINT',
    'last_update_time BIGINT',
    'CONSTRAINT experiment_pk PRIMARY KEY (experiment_id)',
    "CONSTRAINT experiments_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted'))",
    'UNIQUE (name)',
  ),
  table(
    'runs',
    'run_uuid VARCHAR(32) NOT NULL',
    'name VARCHAR(250)',
    'source_type VARCHAR(20)',
    'source_name VARCHAR(500)',
    'entry_point_name VARCHAR(50)',
    'user_id VARCHAR(256)',
    'status VARCHAR(9)',
    'start_time BIGINT',
    'end_time BIGINT',
    'source_version VARCHAR(50)',
    'lifecycle_stage VARCHAR(20)',
    'artifact_uri VARCHAR(200)',
    'experiment_id INTEGER',
    'deleted_time BIGINT',
    'CONSTRAINT run_pk PRIMARY KEY (run_uuid)',
    "CONSTRAINT runs_lifecycle_stage CHECK (lifecycle_stage IN ('active', 'deleted'))",
    "CONSTRAINT source_type CHECK (source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT'))",
    'FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)',
    "CHECK (status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))",
  ),
  table(
    'metrics',
    '"key" VARCHAR(250) NOT NULL',
    'value FLOAT NOT NULL',
    'timestamp BIGINT NOT NULL',
    'run_uuid VARCHAR(32) NOT NULL',
    "step BIGINT DEFAULT '0' NOT NULL",
    "is_nan BOOLEAN DEFAULT '0' NOT NULL",
    'CONSTRAINT metric_pk PRIMARY KEY ("key", timestamp, step, run_uuid, value, is_nan)',
    'FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)',
    'CHECK (is_nan IN (0, 1))',
  ),
  table(
    'latest_metrics',
    '"key" VARCHAR(250) NOT NULL',
    'value FLOAT NOT NULL',
    'timestamp BIGINT',
    'step BIGINT NOT NULL',
    'is_nan BOOLEAN NOT NULL',
    'run_uuid VARCHAR(32) NOT NULL',
    'CONSTRAINT latest_metric_pk PRIMARY KEY ("key", run_uuid)',
    'FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid)',
    'CHECK (is_nan IN (0, 1))',
  ),
  // Longer values than these are kept too: SQLite does not look at the length.
  pairs('params', 500, RUN, 'runs', 'param_pk'),
  pairs('tags', 5000, RUN, 'runs', 'tag_pk'),
  pairs('experiment_tags', 5000, 'experiment_id INTEGER', 'experiments', 'experiment_tag_pk'),
  table(
    'datasets',
    'dataset_uuid VARCHAR(36) NOT NULL',
    'experiment_id INTEGER NOT NULL',
    'name VARCHAR(500) NOT NULL',
    'digest VARCHAR(36) NOT NULL',
    'dataset_source_type VARCHAR(36) NOT NULL',
    'dataset_source TEXT NOT NULL',
    'dataset_schema TEXT',
    'dataset_profile TEXT',
    'CONSTRAINT dataset_pk PRIMARY KEY (experiment_id, name, digest)',
    'FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id)',
  ),
  table(
    'inputs',
    'input_uuid VARCHAR(36) NOT NULL',
    'source_type VARCHAR(36) NOT NULL',
    'source_id VARCHAR(36) NOT NULL',
    'destination_type VARCHAR(36) NOT NULL',
    'destination_id VARCHAR(36) NOT NULL',
    'CONSTRAINT inputs_pk PRIMARY KEY (source_type, source_id, destination_type, destination_id)',
  ),
  table(
    'input_tags',
    'input_uuid VARCHAR(36) NOT NULL',
    'name VARCHAR(255) NOT NULL',
    'value VARCHAR(500) NOT NULL',
    'CONSTRAINT input_tags_pk PRIMARY KEY (input_uuid, name)',
  ),
]

/** Tables of the model registry: empty, but later migrations change them. */
const registry: readonly string[] = [
  table(
    'registered_models',
    'name VARCHAR(256) NOT NULL',
    'creation_time BIGINT',
    'last_updated_time BIGINT',
    'description VARCHAR(5000)',
    'CONSTRAINT registered_model_pk PRIMARY KEY (name)',
    'UNIQUE (name)',
  ),
  table(
    'model_versions',
    'name VARCHAR(256) NOT NULL',
    'version INTEGER NOT NULL',
    'creation_time BIGINT',
    'last_updated_time BIGINT',
    'description VARCHAR(5000)',
    'user_id VARCHAR(256)',
    'current_stage VARCHAR(20)',
    'source VARCHAR(500)',
    'run_id VARCHAR(32)',
    'status VARCHAR(20)',
    'status_message VARCHAR(500)',
    'run_link VARCHAR(500)',
    'CONSTRAINT model_version_pk PRIMARY KEY (name, version)',
    `${MODEL} ON UPDATE CASCADE`,
  ),
  table(
    'registered_model_tags',
    '"key" VARCHAR(250) NOT NULL',
    'value VARCHAR(5000)',
    'name VARCHAR(256) NOT NULL',
    'CONSTRAINT registered_model_tag_pk PRIMARY KEY ("key", name)',
    `${MODEL} ON UPDATE cascade`,
  ),
  table(
    'model_version_tags',
    '"key" VARCHAR(250) NOT NULL',
    'value VARCHAR(5000)',
    'name VARCHAR(256) NOT NULL',
    'version INTEGER NOT NULL',
    'CONSTRAINT model_version_tag_pk PRIMARY KEY ("key", name, version)',
    'FOREIGN KEY(name, version) REFERENCES model_versions (name, version) ON UPDATE cascade',
  ),
  table(
    'registered_model_aliases',
    'alias VARCHAR(256) NOT NULL',
    'version INTEGER NOT NULL',
    'name VARCHAR(256) NOT NULL',
    'CONSTRAINT registered_model_alias_pk PRIMARY KEY (name, alias)',
    `CONSTRAINT registered_model_alias_name_fkey ${MODEL} ON DELETE cascade ON UPDATE cascade`,
  ),
]

const indexes: readonly string[] = [
  'CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid)',
  'CREATE INDEX index_latest_metrics_run_uuid ON latest_metrics (run_uuid)',
  'CREATE INDEX index_params_run_uuid ON params (run_uuid)',
  'CREATE INDEX index_tags_run_uuid ON tags (run_uuid)',
  'CREATE INDEX index_datasets_dataset_uuid ON datasets (dataset_uuid)',
  'CREATE INDEX index_datasets_experiment_id_dataset_source_type ON datasets (experiment_id, dataset_source_type)',
  'CREATE INDEX index_inputs_input_uuid ON inputs (input_uuid)',
  'CREATE INDEX index_inputs_destination_type_destination_id_source_type ON inputs (destination_type, destination_id, source_type)',
]

/** Every statement that makes an empty file one of MLflow's. */
export const schemaStatements: readonly string[] = [
  table(
    'alembic_version',
    'version_num VARCHAR(32) NOT NULL',
    'CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)',
  ),
  ...tracking,
  ...registry,
  ...indexes,
  `INSERT INTO alembic_version (version_num) VALUES ('${SCHEMA_REVISION}')`,
]

/** The tables that rows are put into, with the columns that are given. */
export const writtenColumns: Readonly<Record<string, readonly string[]>> = {
  experiments: [
    'experiment_id',
    'name',
    'artifact_location',
    'lifecycle_stage',
    'creation_time',
    'last_update_time',
  ],
  runs: [
    'run_uuid',
    'name',
    'source_type',
    'source_name',
    'entry_point_name',
    'user_id',
    'status',
    'start_time',
    'end_time',
    'source_version',
    'lifecycle_stage',
    'artifact_uri',
    'experiment_id',
    'deleted_time',
  ],
  metrics: ['key', 'value', 'timestamp', 'run_uuid', 'step', 'is_nan'],
  latest_metrics: ['key', 'value', 'timestamp', 'run_uuid', 'step', 'is_nan'],
  params: ['key', 'value', 'run_uuid'],
  tags: ['key', 'value', 'run_uuid'],
  experiment_tags: ['key', 'value', 'experiment_id'],
  datasets: [
    'dataset_uuid',
    'experiment_id',
    'name',
    'digest',
    'dataset_source_type',
    'dataset_source',
    'dataset_schema',
    'dataset_profile',
  ],
  inputs: ['input_uuid', 'source_type', 'source_id', 'destination_type', 'destination_id'],
  input_tags: ['input_uuid', 'name', 'value'],
}
