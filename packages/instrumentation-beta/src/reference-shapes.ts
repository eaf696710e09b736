import type { EventEmitter } from 'node:events';

// The shapes of `@pipeline/beta`, as far as they are read. Types only: the module itself is never imported.

export interface ItemShape {
	readonly recordId: string;
	readonly lineageId: string;
	readonly sourceId?: string;
	readonly classification?: string;
	readonly ingestionTimestamp?: string;
	readonly validationTimestamp?: string;
	readonly targetSchema?: string;
	/** Of the validated record its score, of the transformed one that of the module before. */
	readonly qualityScore?: number;
	readonly upstreamQualityScore?: number;
}

export interface ProfileShape {
	readonly profile: { readonly profileId: string; readonly version: number };
	readonly targets: ReadonlyMap<string, unknown>;
}

export interface ScopeShape {
	readonly record: ItemShape;
	readonly personalFields: ReadonlySet<string>;
	readonly profile: ProfileShape;
}

export interface TransferShape {
	readonly metadata: { readonly batchId: string };
	readonly records: readonly object[];
	readonly header?: { readonly correlationId?: string };
	readonly priority?: string;
}

export interface ReceiptShape {
	readonly outcome: string;
	readonly processed: Promise<unknown>;
}

export interface ProcessShape {
	readonly transformed: readonly {
		readonly record: ItemShape;
		readonly lookups: number;
		readonly cacheHits: number;
	}[];
	readonly rulesApplied: number;
}

type Checksums = Readonly<Record<string, { readonly before: string; readonly after: string }>>;

export interface IntermediateShape extends ItemShape {
	readonly transformationLog: readonly {
		readonly ruleId: string;
		readonly fieldName: string;
		readonly previousValue: unknown;
		readonly newValue: unknown;
	}[];
	readonly stageChecksums?: Checksums;
}

export interface MappingShape {
	readonly intermediate?: IntermediateShape;
	readonly failure?: { readonly errorCode: string; readonly failedMapping: string };
	readonly mappingsApplied?: Readonly<Record<string, number>>;
	readonly defaultsApplied?: readonly string[];
}

export interface TransformShape {
	readonly intermediate: IntermediateShape;
	readonly rulesApplied: number;
	readonly rulesSkipped: number;
	readonly outcomes: readonly { readonly ruleId: string; readonly outcome: string }[];
	readonly fallbacks: readonly { readonly ruleId: string; readonly policy: string; readonly errorCode: string }[];
	readonly error?: { readonly errorCode: string; readonly ruleId: string };
}

export interface RuleShape {
	readonly ruleId: string;
	readonly category: string;
	readonly operation: string;
	readonly steps: readonly { readonly target: string }[];
}

export interface EnrichmentShape {
	readonly intermediate: IntermediateShape;
	readonly lookups: number;
	readonly cacheHits: number;
	readonly fallbacks: readonly string[];
	readonly error?: { readonly errorCode: string };
}

export interface RequestShape {
	readonly sourceId: string;
	readonly key: string;
	readonly recordId: string;
}

export interface LookupShape {
	readonly outcome: string;
	readonly fields?: object;
	readonly cacheStatus: string;
	readonly cacheTier?: string;
	readonly retryCount: number;
	readonly circuitState: string;
	readonly error?: { readonly errorCode: string; readonly errorCategory: string };
	readonly fallback?: string;
}

export interface ScoreShape {
	readonly dimensions: {
		readonly completenessScore: number;
		readonly consistencyScore: number;
		readonly conformanceScore: number;
		readonly timelinessScore: number;
		readonly overallScore: number;
	};
	readonly violated: string;
	readonly errorCode?: string;
}

export interface BatchShape {
	readonly batchId: string;
	readonly correlationId: string;
	readonly records: readonly object[];
	readonly checksum?: string;
}

export interface EntryShape {
	readonly item: object;
	readonly itemKind: string;
	readonly queue: string;
	readonly errorCode: string;
	readonly targetSchema: string;
	readonly expiresAt: string;
	readonly entryId: string;
	readonly replayCount: number;
}

export interface ModuleShape {
	readonly events: EventEmitter;
	readonly intake: object;
	readonly config: { readonly enrichmentCircuitTimeoutMs: number };
	readonly queueDepth: number;
	readonly queueCapacity: number;
	readonly outputDepth: number;
	readonly recordsInProgress: number;
	readonly workerUtilization: number;
	readonly escalationLevel: number;
	readonly errorQueueSizes: Readonly<Record<string, number>>;
	readonly errorQueues: Readonly<Record<string, { readonly events: EventEmitter }>>;
	readonly enrichmentClient: {
		readonly circuits: readonly { readonly circuitId: string; readonly state: string }[];
	};
}
