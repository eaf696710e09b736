import {
	isoOf,
	JOURNAL,
	type Runtime,
	STAGE,
	type TransformedRecord,
	traceFieldsOf,
	type ValidatedRecord,
} from '@pipeline/model';
import type { BetaConfig } from '../config/config.ts';
import type { BetaErrorQueues, BetaQueueEntry, BetaQueueName } from '../errors/beta-error-queue.ts';
import type { WorkUnit } from '../intake/work-unit.ts';
import type { BetaEmitter } from '../module/events.ts';
import type { QualityOutcome } from '../quality/quality-scorer.ts';
import type { ProcessFailure } from './process-outcome.ts';

const MS_PER_HOUR = 3_600_000;

interface Verdict {
	readonly queue: BetaQueueName;
	readonly targetSchema: string;
	readonly errorCode: string;
	readonly errorMessage: string;
	readonly category: string;
	readonly severity: 'ERROR' | 'CRITICAL';
}

/** Where failed records go: into their error queue, with an event for the end of their way and a log entry. */
export class FailureDesk {
	readonly #queues: BetaErrorQueues;
	readonly #runtime: Runtime;
	readonly #events: BetaEmitter;
	readonly #retentionMs: number;

	constructor(
		queues: BetaErrorQueues,
		runtime: Runtime,
		events: BetaEmitter,
		config: Pick<BetaConfig, 'errorRetentionHours'>,
	) {
		this.#queues = queues;
		this.#runtime = runtime;
		this.#events = events;
		this.#retentionMs = config.errorRetentionHours * MS_PER_HOUR;
	}

	/** Queues the original record of a failure. */
	report(record: ValidatedRecord, { queue, targetSchema, failure }: ProcessFailure, unit: WorkUnit): void {
		const { errorCode, errorMessage } = failure;
		const category = queue === 'TRANSFORM' ? 'TRANSFORMATION' : errorCode.startsWith('QUAL') ? 'QUALITY' : queue;
		this.#drop(
			record,
			{ queue, targetSchema, errorCode, errorMessage, category, severity: 'ERROR' },
			unit,
			'VALIDATED',
		);
	}

	/** Queues a transformed record that could not be handed over. */
	handoffFailed(record: TransformedRecord, errorCode: string, errorMessage: string, unit: WorkUnit): void {
		const { targetSchema } = record;
		const category = 'HANDOFF';
		const verdict = {
			queue: 'CRITICAL',
			targetSchema,
			errorCode,
			errorMessage,
			category,
			severity: 'CRITICAL',
		} as const;
		this.#drop(record, verdict, unit, 'TRANSFORMED');
	}

	/** Logs a score below a threshold, or that there is none. */
	warnQuality(
		record: ValidatedRecord,
		targetSchema: string,
		{ errorCode, errorMessage, dimensions }: QualityOutcome,
	): void {
		this.#events.emit('errorLogged', {
			timestamp: this.#runtime.timestamp(),
			level: 'WARN',
			errorCategory: 'QUALITY',
			errorCode: errorCode ?? 'QUAL_003_SCORING_FAILED',
			message: errorMessage ?? 'the quality score is below a threshold',
			recordId: record.recordId,
			context: { targetSchema, qualityScore: String(dimensions.overallScore) },
		});
	}

	#drop(
		record: ValidatedRecord | TransformedRecord,
		verdict: Verdict,
		unit: WorkUnit,
		itemKind: BetaQueueEntry['itemKind'],
	): void {
		const entry = this.#entry(record, verdict, unit, itemKind);
		this.#queues[verdict.queue].enqueue(entry);
		const { queue, targetSchema, errorCode, errorMessage: message } = verdict;
		this.#events.emit('recordTerminal', {
			record,
			targetSchema,
			targetSchemaCount: entry.targetSchemaCount,
			outcome: 'DROPPED',
			queue,
			errorCode,
			entryId: entry.entryId,
		});
		this.#events.emit('errorLogged', {
			timestamp: entry.enqueuedAt,
			level: verdict.severity,
			errorCategory: verdict.category,
			errorCode,
			message,
			recordId: record.recordId,
			batchId: unit.batchId,
			correlationId: unit.correlationId,
			context: { targetSchema },
		});
	}

	#entry(
		record: ValidatedRecord | TransformedRecord,
		verdict: Verdict,
		unit: WorkUnit,
		itemKind: BetaQueueEntry['itemKind'],
	): BetaQueueEntry {
		const { profileId, version } = unit.profile.profile;
		const { replayOf } = unit;
		return {
			// A kind per record: ids of a seeded run must not depend on the order in which records fail.
			entryId: this.#runtime.uuid(`entry:${record.recordId}:${verdict.targetSchema}`),
			queue: verdict.queue,
			recordId: record.recordId,
			errorCode: verdict.errorCode,
			errorMessage: verdict.errorMessage,
			failureSeverity: verdict.severity,
			enqueuedAt: this.#runtime.timestamp(),
			expiresAt: isoOf(this.#runtime.now() + this.#retentionMs),
			replayCount: replayOf?.replayCount ?? 0,
			item: record,
			itemKind,
			lineageId: record.lineageId,
			batchId: unit.batchId,
			batchIndex: unit.index,
			...(record.sourceId !== undefined && { sourceId: record.sourceId }),
			targetSchema: verdict.targetSchema,
			targetSchemaCount: unit.profile.targets.size,
			profileId,
			profileVersion: version,
			...traceFieldsOf(record),
			...(record.contextOrigin && { contextOrigin: record.contextOrigin }),
			...(replayOf?.originTraceId !== undefined && { originTraceId: replayOf.originTraceId }),
			...(replayOf?.originSpanId !== undefined && { originSpanId: replayOf.originSpanId }),
			...(replayOf?.replayTraceIds !== undefined && { replayTraceIds: replayOf.replayTraceIds }),
			[JOURNAL]: record[JOURNAL],
			[STAGE]: record[STAGE],
		};
	}
}
