/** How an operation ended. */
export const OPERATION_OUTCOME = ['SUCCESS', 'FAILURE', 'TIMEOUT', 'SKIPPED'] as const;

/** Severities an error or an alert can have. */
export const ERROR_SEVERITY = ['WARN', 'ERROR', 'CRITICAL'] as const;

/** Why an entry left a queue of failed items. */
export const REMOVAL_REASON = ['REPLAYED', 'EXPIRED', 'EVICTED', 'PURGED'] as const;

/** What closed a batch. */
export const FLUSH_REASON = ['SIZE', 'TIMEOUT', 'PRIORITY', 'SHUTDOWN'] as const;

/** What the checks on an arriving batch found. */
export const INTAKE_OUTCOME = [
	'ACCEPTED',
	'CHECKSUM_MISMATCH',
	'COUNT_MISMATCH',
	'DUPLICATE',
	'UNKNOWN_PROFILE',
] as const;

/** What Gamma did with an arriving batch: it checks nothing that the transfer checked before. */
export const GAMMA_INTAKE_OUTCOME = [...INTAKE_OUTCOME, 'QUEUE_FULL', 'NOT_ACCEPTING', 'INVALID_EXPIRATION'] as const;

/** What is asked of the cache. */
export const CACHE_OPERATION = ['GET', 'PUT', 'DELETE', 'INVALIDATE'] as const;

/** How a cache operation ended. */
export const CACHE_STATUS = ['HIT', 'MISS', 'OK', 'ERROR', 'TIMEOUT', 'REJECTED'] as const;

/** Stages of Beta. */
export const RECORD_STAGE = ['MAPPING', 'TRANSFORM', 'ENRICHMENT', 'SCORING'] as const;

/** Error queues of Alpha. */
export const ALPHA_QUEUE = ['PARSE', 'VALIDATION', 'CRITICAL'] as const;

/** Error queues of Beta. */
export const BETA_QUEUE = ['MAPPING', 'TRANSFORM', 'ENRICHMENT', 'CRITICAL'] as const;

/** Error queues of Gamma. */
export const GAMMA_QUEUE = ['RENDER', 'ROUTING', 'DELIVERY', 'ACK'] as const;

/** Verdicts of validation. */
export const VALIDATION_VERDICT = ['PASSED', 'PASSED_WITH_WARNING', 'FAILED', 'CRITICAL'] as const;

/** How a batch ended in Gamma. */
export const BATCH_OUTCOME = ['COMPLETE', 'PARTIAL', 'FAILED'] as const;

/** Results of a routing decision. */
export const ROUTING_OUTCOME = ['MATCHED', 'DEFAULT', 'NO_MATCH', 'BLOCKED'] as const;

/** How a delivery attempt ended. */
export const ATTEMPT_STATUS = ['SUCCESS', 'FAILED', 'TIMEOUT'] as const;

/** Final statuses of an execution. */
export const EXECUTION_STATUS = ['COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED'] as const;

/** Results of a dependency check. */
export const RESOLUTION_OUTCOME = ['SATISFIED', 'WAITING', 'SKIPPED', 'TIMEOUT', 'MISSING'] as const;

/** How a transfer between modules was settled. */
export const TRANSFER_OUTCOME = ['ACKED', 'REJECTED', 'EXHAUSTED'] as const;

/** What can set off a job from outside. */
export const EXTERNAL_TRIGGER = ['DATA_ARRIVAL', 'API_CALL', 'MESSAGE', 'WEBHOOK'] as const;

/** What is done with a checkpoint. */
export const CHECKPOINT_OPERATION = ['SAVE', 'RESTORE', 'DISCARD'] as const;

/** Kinds of queries. */
export const QUERY_TYPE = ['AUDIT', 'LINEAGE', 'TRACE', 'METRIC', 'DASHBOARD_LIVE', 'DASHBOARD_HISTORY'] as const;

/** Algorithms the cache compresses with. */
export const COMPRESSION_ALGORITHM = ['LZ4', 'ZSTD', 'GZIP'] as const;
