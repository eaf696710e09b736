/** Trace ratio of each profile; `off` switches telemetry off. */
export const PROFILE_RATIOS = { off: 0, dev: 1, staging: 0.5, prod: 0.1, prod_high_volume: 0.02 } as const;
export type ProfileName = keyof typeof PROFILE_RATIOS;

export const TRACERS = ['recorder', 'sdk'] as const;
export type Tracer = (typeof TRACERS)[number];

export const FAULTS = [
	'drop-header',
	'strip-context',
	'duplicate-batch',
	'fail-records',
	'fail-most-records',
	'slow-records',
	'restart-module',
	'stop-module',
] as const;
export type Fault = (typeof FAULTS)[number];

/** An entry of a queue file in the folder of the run. */
export interface QueuedEntry {
	/** Name of the file. */
	readonly file: string;
	readonly entryId: string;
	/** Id of its record; of the entry, where the failed item never became a record. */
	readonly subject: string;
}

/** Entries that are processed again: who asks for it, and why. */
export interface ReplayRequest {
	readonly entries: readonly QueuedEntry[];
	readonly operator: string;
	readonly justification: string;
}

/** One run, as every process of it needs to know. Plain data: it crosses process boundaries. */
export interface RunOptions {
	/** Files, folders and globs. @default the reference data */
	readonly inputs?: readonly string[] | undefined;
	/** Process these again, rather than reading anything; in one process only. */
	readonly replays?: ReplayRequest | undefined;
	/** Records at the most. */
	readonly records?: number | undefined;
	readonly profile: ProfileName;
	/** Who follows the records: the flight recorder, or spans of the plain OpenTelemetry SDK. @default recorder */
	readonly tracer?: Tracer | undefined;
	readonly transport: 'memory' | 'tcp';
	readonly processes: 1 | 3;
	readonly seed?: string | undefined;
	readonly faults: readonly Fault[];
	/** Folder of outputs and queues. */
	readonly out: string;
	/** Take checksums of records around each stage of their transformation. @default false */
	readonly takesChecksums?: boolean | undefined;
	readonly maxRecordSizeBytes?: number | undefined;
	/** Longest wait for the next rows of a Parquet file. @default 30000 */
	readonly parquetTimeoutMs?: number | undefined;
	/** Longest wait for telemetry to arrive where it is sent, when everything else is done. @default as the SDK has it */
	readonly flushTimeoutMs?: number | undefined;
}

export type Role = 'alpha' | 'beta' | 'gamma';
