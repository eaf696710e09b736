import type {
	AcknowledgmentPayload,
	CircuitState,
	DataClassification,
	EnrichmentSource,
	Priority,
	TransformationErrorLog,
	TransformedRecord,
	TypedEmitter,
	ValidatedRecord,
} from '@pipeline/model';
import type { BetaQueueName } from '../errors/beta-error-queue.ts';
import type { EscalationChange } from '../errors/escalation.ts';
import type { FlushReason } from '../handoff/beta-assembler.ts';
import type { IntakeOutcome } from '../intake/intake-receipt.ts';
import type { SchemaChange } from '../profile/profile-changes.ts';

/** Another try that is about to wait. `attempt` counts retries from 1. */
export interface RetryScheduled {
	readonly category: 'ENRICHMENT' | 'TRANSFORMATION';
	/** Source or target schema. */
	readonly target: string;
	readonly attempt: number;
	readonly delayMs: number;
	readonly errorCode: string;
}

/** A policy or fallback that stepped in for a failed rule or lookup. */
export interface FallbackEvent {
	readonly category: 'ENRICHMENT' | 'TRANSFORMATION';
	/** Source or rule. */
	readonly target: string;
	readonly recordId: string;
	readonly action: string;
	readonly errorCode: string;
}

/** The end of a record's way in Beta, for one target schema. Records that go on to Gamma have no such event. */
export interface RecordTerminal {
	readonly record: ValidatedRecord | TransformedRecord;
	readonly targetSchema: string;
	readonly targetSchemaCount: number;
	readonly outcome: 'DROPPED';
	readonly queue: BetaQueueName;
	readonly errorCode: string;
	readonly entryId: string;
}

/** The sender should slow down or may go on. */
export interface BackPressureChange {
	readonly signalType: 'ACTIVATE' | 'DEACTIVATE';
	readonly currentQueueDepth: number;
	readonly queueCapacity: number;
	readonly recommendedDelayMs: number;
}

/** What module Beta tells its listeners. */
export interface BetaEvents {
	batchReceived: {
		readonly batchId: string;
		readonly outcome: IntakeOutcome;
		readonly recordCount: number;
		readonly profileId: string;
		readonly priority: Priority;
	};
	batchProcessed: AcknowledgmentPayload;
	batchAssembled: { readonly batchId: string; readonly recordCount: number; readonly flushReason: FlushReason };
	backPressure: BackPressureChange;
	recordTerminal: RecordTerminal;
	recordsMerged: { readonly record: ValidatedRecord; readonly parents: readonly ValidatedRecord[] };
	recordSplit: { readonly parent: ValidatedRecord; readonly records: readonly ValidatedRecord[] };
	retryScheduled: RetryScheduled;
	fallbackApplied: FallbackEvent;
	circuitChanged: {
		readonly circuitId: string;
		readonly sourceId: string;
		readonly previousState: CircuitState;
		readonly newState: CircuitState;
	};
	sourceRegistered: Pick<EnrichmentSource, 'sourceId' | 'kind' | 'classification' | 'authorizationRef'>;
	classificationRaised: {
		readonly recordId: string;
		readonly from: DataClassification;
		readonly to: DataClassification;
		/** The source, or `merge`. */
		readonly cause: string;
	};
	ruleSetChanged: {
		readonly profileId: string;
		readonly previousVersion: number | undefined;
		readonly version: number;
		readonly author: string;
		readonly effectiveAt: string;
		readonly checksum: string;
		/** `schema/rule`. */
		readonly changedRules: readonly string[];
	};
	schemaChanged: SchemaChange;
	profileSuspended: { readonly profileId: string; readonly errorRate: number; readonly threshold: number };
	profileResumed: { readonly profileId: string; readonly operator: string };
	escalationChanged: EscalationChange;
	stateChanged: { readonly from: BetaState; readonly to: BetaState };
	errorLogged: TransformationErrorLog;
}

/** Life of the module. `PAUSED`: in-flight records end, no new ones begin. */
export type BetaState = 'CREATED' | 'RUNNING' | 'PAUSED' | 'STOPPING' | 'STOPPED';

/** Where the parts of the module report. */
export type BetaEmitter = TypedEmitter<BetaEvents>;
