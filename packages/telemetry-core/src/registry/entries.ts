/** The modules that report telemetry; also the second segment of every metric and event name. */
export type ModuleName = 'alpha' | 'beta' | 'gamma' | 'epsilon' | 'phi' | 'integration' | 'telemetry';

/** How firmly a name is promised: a `stable` one changes only with a major version of telemetry-core. */
export type Stability = 'stable' | 'development';

/** Kind of an attribute's value. `code` values come from the registry's value table; `list` is an array of strings. */
export type AttributeType = 'text' | 'number' | 'boolean' | 'code' | 'list';

export interface AttributeEntry {
	readonly type: AttributeType;
	readonly description: string;
	/** Text only: values repeat so often that the recorder may intern them (tenant, schema, source). */
	readonly interned?: true;
	/** Text only: longest value kept, in UTF-16 code units. @default 1024 */
	readonly maxLength?: number;
	/** Code only: every value the attribute takes. */
	readonly values?: readonly string[];
	/** Most distinct values on metrics; further ones are reported as `__other__`. Absent: never a metric attribute. */
	readonly cap?: number;
	/** Shown by audit alone, never on spans or metrics: values of fields, masked. */
	readonly auditOnly?: true;
	/**
	 * Shown by nobody in clear: `hash` names a tenant, a person or a key, which only keyed hashes tell apart; `mask` is a field's value.
	 * Text only.
	 */
	readonly protect?: 'hash' | 'mask';
	/** Number only: unit (UCUM), where the name does not say it. */
	readonly unit?: string;
	/** Number only: milliseconds inside the span that were waiting, not work. */
	readonly wait?: true;
	readonly stability?: Stability;
}

export type SpanKindName = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

/** `minimal` spans exist at every detail level, `full` ones only at the highest. */
export type DetailLevel = 'minimal' | 'standard' | 'full';

export type LinkTypeName =
	| 'batch'
	| 'job'
	| 'triggered_by'
	| 'previous_attempt'
	| 'replay_of'
	| 'split_from'
	| 'merged_from'
	| 'populated_by'
	| 'caused_by'
	| 'recovered_from';

/**
 * Says that a stage or a stage's event yields an audit entry, so that audit is expanded from what was recorded about
 * the record instead of being written a second time.
 */
export interface AuditRule {
	/** Name of the audit event, e.g. `pipeline.alpha.parser.audit.parse_failed`. */
	readonly event: string;
	/** When the stage (or event) yields it: always, only when it failed, only when it did not. */
	readonly when: 'always' | 'error' | 'ok';
	/** Further condition: attribute key -> values of which one must be present. */
	readonly where?: Readonly<Record<string, readonly string[]>>;
	/** Audit outcome. @default SUCCESS without error, FAILURE with one */
	readonly outcome?: 'SUCCESS' | 'FAILURE' | 'PARTIAL';
	/**
	 * Detail dimension -> attribute key it is read from: the event's own attributes first (event rules), then the
	 * stage's, then the record's root stage of this process. Absent attributes yield no dimension.
	 */
	readonly details: Readonly<Record<string, string>>;
	/** Attribute that names the audited resource. @default `pipeline.record_id` */
	readonly resource?: string;
}

export interface SpanEntry {
	readonly description: string;
	/** What one span of this name is about; `record` spans go through the journal, all others are ordinary spans. */
	readonly grain: 'record' | 'batch' | 'job' | 'operation';
	readonly level: DetailLevel;
	readonly kind: SpanKindName;
	/** Name of the usual parent span; `root` where it begins a trace. Documentation and test data. */
	readonly parent: string;
	readonly links?: readonly LinkTypeName[];
	/** Attribute keys it may carry besides the common ones of its grain. */
	readonly attributes: readonly string[];
	/** Span event names it may carry besides `exception`. */
	readonly events?: readonly string[];
	/** When its status is ERROR. */
	readonly error: string;
	/** Waiting, not working: never counts as a slow operation. */
	readonly wait?: true;
	/** An awaited call to another process: foreign spans created inside belong under it. */
	readonly remote?: true;
	/** Created from times taken elsewhere. */
	readonly synthetic?: true;
	readonly audit?: readonly AuditRule[];
	readonly stability?: Stability;
}

export interface SpanEventEntry {
	readonly description: string;
	readonly attributes: readonly string[];
	readonly audit?: readonly AuditRule[];
}

export type MetricKind = 'counter' | 'updowncounter' | 'gauge' | 'observable_gauge' | 'histogram';

export interface MetricEntry {
	readonly kind: MetricKind;
	/** UCUM. */
	readonly unit: string;
	readonly description: string;
	/** Attribute keys; a measurement carries exactly these. */
	readonly attributes: readonly string[];
	/** Values an attribute takes here when they are fewer or others than the attribute's own. */
	readonly values?: Readonly<Record<string, readonly string[]>>;
	/** Histograms only: a bucket family of `buckets.ts` or explicit upper bounds. */
	readonly buckets?: string | readonly number[];
	/** Names this metric had before, e.g. `alpha_parse_errors_total`. */
	readonly legacy?: readonly string[];
	/** When it is recorded. */
	readonly emitted: string;
	readonly stability?: Stability;
}

export type EventTypeName = 'METRIC' | 'LOG' | 'TRACE' | 'AUDIT';
export type SeverityName = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'CRITICAL';
export type AuditCategory = 'DATA' | 'ACCESS' | 'CONFIGURATION' | 'SECURITY' | 'ADMINISTRATIVE';
export type AuditAction = 'CREATE' | 'READ' | 'UPDATE' | 'DELETE' | 'EXECUTE';

/** DERIVE: one became the other. SPLIT, MERGE: as it says. COPY: it also is there now. REJECT: it went no further. */
export type LineageRelation = 'DERIVE' | 'SPLIT' | 'MERGE' | 'COPY' | 'REJECT';

/** What stands at one end of a step of lineage: the event's record, or what a dimension names. */
export type LineageNodeRule =
	/** `raw`: dimension with a reference to what it was read from, where it never became a record. */
	| { readonly kind: 'record'; readonly raw?: string }
	/** `records`: ids of several, a comma between them. `schema`: the record as one target schema has it. */
	| { readonly kind: 'records' | 'schema' | 'source' | 'destination' | 'entry' | 'raw'; readonly key: string };

export interface LineageRule {
	readonly relation: LineageRelation;
	readonly parent: LineageNodeRule;
	readonly child: LineageNodeRule;
}

export interface EventEntry {
	readonly type: Exclude<EventTypeName, 'METRIC'>;
	readonly severity: SeverityName;
	readonly description: string;
	/** Dimensions it may carry besides the common ones; AUDIT: those that are required. */
	readonly dimensions: readonly string[];
	/** AUDIT only. */
	readonly category?: AuditCategory;
	readonly action?: AuditAction;
	readonly resourceType?: string;
	/** AUDIT only: compliance requirements it is evidence for. */
	readonly requirements?: readonly string[];
	/** AUDIT only: the step of lineage that it tells. */
	readonly lineage?: LineageRule;
	readonly stability?: Stability;
}

export type RecoverabilityName = 'TRANSIENT' | 'PERMANENT' | 'UNKNOWN';
export type ErrorScopeName = 'RECORD' | 'BATCH' | 'MODULE' | 'PIPELINE';

export interface ErrorEntry {
	readonly category: string;
	readonly severity: SeverityName;
	readonly recoverability: RecoverabilityName;
	readonly scope: ErrorScopeName;
	readonly description: string;
	/** Queue that takes the failed item, if any. */
	readonly queue?: string;
}

/** Everything one module (or a team's own extension) may say. */
export interface ModuleEntries {
	readonly spans: Readonly<Record<string, SpanEntry>>;
	readonly metrics: Readonly<Record<string, MetricEntry>>;
	readonly events: Readonly<Record<string, EventEntry>>;
	readonly errors: Readonly<Record<string, ErrorEntry>>;
}
