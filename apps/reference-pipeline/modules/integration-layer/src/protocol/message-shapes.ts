import type { MessageType } from '@pipeline/model';
import * as v from 'valibot';
import { isRecord } from './record-shape.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ratio = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const text = v.string();
const texts = v.array(text);
const id = v.pipe(text, v.minLength(1), v.maxLength(256));
const bytes = v.instance(Uint8Array);
const module = v.picklist(['ALPHA', 'BETA', 'GAMMA', 'INTEGRATION', 'EPSILON', 'PHI', 'TELEMETRY']);
const circuitState = v.picklist(['CLOSED', 'OPEN', 'HALF_OPEN']);
const healthStatus = v.picklist(['HEALTHY', 'DEGRADED', 'UNHEALTHY']);
const json = v.record(text, v.unknown());

/** What a reader relies on in a header besides version and type. */
export const headerShape = v.looseObject({
	messageId: id,
	correlationId: text,
	sourceModule: module,
	targetModule: module,
	timestamp: text,
});

const errorSummary = v.looseObject({
	upstreamErrors: count,
	errorBreakdown: v.record(text, count),
	affectedRecordIds: texts,
});

const validationSummary = v.looseObject({
	totalRecordsValidated: count,
	recordsPassed: count,
	recordsFailed: count,
	averageQualityScore: ratio,
});

const transformationSummary = v.looseObject({
	totalRecordsTransformed: count,
	transformationsApplied: count,
	enrichmentCacheHitRate: ratio,
});

const qualitySummary = v.looseObject({
	averageQualityScore: ratio,
	minQualityScore: ratio,
	maxQualityScore: ratio,
	recordsBelowThreshold: count,
});

const batchTransfer = v.pipe(
	v.looseObject({
		metadata: v.looseObject({
			batchId: id,
			sequenceNumber: count,
			recordCount: count,
			checksum: text,
			createdAt: text,
		}),
		records: v.custom<readonly object[]>((records) => Array.isArray(records) && records.every(isRecord)),
		errorSummary: v.optional(errorSummary),
		validationSummary: v.optional(validationSummary),
		transformationSummary: v.optional(transformationSummary),
		qualitySummary: v.optional(qualitySummary),
	}),
	v.check(
		(batch) =>
			batch.validationSummary !== undefined ||
			(batch.transformationSummary !== undefined && batch.qualitySummary !== undefined),
		'the summaries of one edge are needed',
	),
);

const acknowledgment = v.looseObject({
	payload: v.looseObject({
		batchId: text,
		status: v.picklist(['RECEIVED', 'PROCESSED', 'REJECTED', 'VERDICT']),
		recordsAccepted: count,
		recordsRejected: count,
		processingDurationMs: v.pipe(v.number(), v.minValue(0)),
		traceVerdicts: v.optional(v.unknown()),
	}),
});

const backPressure = v.looseObject({
	signalType: v.picklist(['ACTIVATE', 'DEACTIVATE']),
	currentQueueDepth: count,
	// A pause of more than a minute would be a way to stop the sender.
	recommendedDelayMs: v.pipe(count, v.maxValue(60_000)),
	queueCapacity: v.optional(count),
});

const confirmation = v.looseObject({
	batchId: id,
	deliveryResults: v.array(
		v.looseObject({
			recordId: text,
			destinationId: text,
			status: v.picklist(['DELIVERED', 'FAILED', 'DLQ']),
			deliveryTimestamp: text,
		}),
	),
	traceVerdicts: v.optional(v.unknown()),
});

const errorNotification = v.looseObject({
	errors: v.array(
		v.looseObject({
			errorId: id,
			correlationId: text,
			timestamp: text,
			sourceModule: module,
			severity: v.picklist(['CRITICAL', 'ERROR', 'WARNING']),
			recoverability: v.picklist(['TRANSIENT', 'PERMANENT', 'UNKNOWN']),
			scope: v.picklist(['RECORD', 'BATCH', 'MODULE', 'PIPELINE']),
			errorCode: text,
			errorMessage: text,
			context: json,
			retryEligible: v.boolean(),
		}),
	),
	actionRequired: v.picklist(['NONE', 'THROTTLE', 'HALT', 'INVESTIGATE']),
});

const circuitChange = v.looseObject({
	circuitId: id,
	previousState: circuitState,
	newState: circuitState,
	affectedModules: v.array(module),
});

const component = v.looseObject({ componentName: text, status: healthStatus, message: text, lastCheck: text });
const healthCheck = v.union([
	v.looseObject({ checkType: v.picklist(['LIVENESS', 'READINESS', 'DETAILED']) }),
	v.looseObject({ status: healthStatus, checks: v.array(component), uptimeSeconds: count }),
]);

const cacheAccess = v.union([
	v.looseObject({
		operation: v.picklist(['GET', 'PUT', 'INVALIDATE']),
		cacheKey: text,
		cacheNamespace: text,
		value: v.optional(bytes),
		ttlSeconds: v.optional(count),
	}),
	v.looseObject({
		status: v.picklist(['HIT', 'MISS', 'ERROR']),
		value: v.optional(bytes),
		sourceTier: v.optional(v.picklist(['L1', 'L2', 'L3'])),
		latencyMs: v.pipe(v.number(), v.minValue(0)),
	}),
]);

/** What a reader relies on in the body of each type of message. Members that it does not know are let through. */
export const bodyShapes: Readonly<Record<MessageType, v.GenericSchema>> = {
	BATCH_TRANSFER: batchTransfer,
	ACKNOWLEDGMENT: acknowledgment,
	BACKPRESSURE: backPressure,
	DELIVERY_CONFIRMATION: confirmation,
	ERROR_NOTIFICATION: errorNotification,
	CIRCUIT_STATE_CHANGE: circuitChange,
	HEALTH_CHECK: healthCheck,
	CACHE_ACCESS: cacheAccess,
	CACHE_WARM_UP: v.looseObject({
		cacheNamespace: text,
		keyPatterns: texts,
		priority: v.picklist(['NORMAL', 'HIGH']),
	}),
	JOB_CONTROL: v.looseObject({
		operation: v.picklist(['START', 'STOP', 'PAUSE', 'RESUME']),
		jobId: id,
		parameters: json,
	}),
	JOB_STATUS: v.looseObject({
		jobId: id,
		executionId: id,
		status: v.picklist(['PENDING', 'RUNNING', 'COMPLETED', 'FAILED']),
		progressPercent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
		recordsProcessed: count,
	}),
	DEPENDENCY_SIGNAL: v.looseObject({
		signalType: v.picklist(['JOB_COMPLETE', 'JOB_FAILED', 'DATA_READY']),
		jobId: id,
		downstreamJobs: texts,
	}),
	SCHEDULE_NOTIFICATION: v.looseObject({ jobId: id, scheduledTime: text, parameters: json }),
};
