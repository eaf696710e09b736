import type {
	DeliveryReceipt,
	DestinationAdapter,
	DestinationOptions,
	GammaOptions,
	OutboundRecord,
} from '@pipeline/gamma';
import * as gamma from '@pipeline/gamma';
import {
	type DestinationRegistration,
	fromPlain,
	JOURNAL,
	STAGE,
	systemRuntime,
	type TransformedRecord,
} from '@pipeline/model';

export const SUCCESS: DeliveryReceipt = { status: 'SUCCESS', responseCode: '200' };
export const DOWN: DeliveryReceipt = { status: 'FAILED', errorCode: 'CONN_001_NETWORK', retryEligible: true };
export const REJECTED: DeliveryReceipt = {
	status: 'FAILED',
	errorCode: 'DELIV_002_REJECTED',
	responseCode: '422',
	responseMessage: 'the answer quotes s3cret-value',
	retryEligible: false,
};

/** What a destination makes of one record. */
export type Script = (outbound: OutboundRecord, callId: string) => DeliveryReceipt | Promise<DeliveryReceipt>;

/** A destination that follows a script. */
export function destination(
	id: string,
	script: Script = () => SUCCESS,
	{
		registration,
		...options
	}: Partial<Omit<DestinationOptions, 'registration'>> & {
		readonly registration?: Partial<DestinationRegistration>;
	} = {},
): DestinationOptions {
	const adapter: DestinationAdapter = {
		async connect() {},
		async disconnect() {},
		deliver: (batch, { callId }) => Promise.all(batch.map(async (outbound) => script(outbound, callId))),
		getDeliveryStatus: async () => ({ state: 'UNKNOWN' }),
		getMetrics: () => ({ recordsDelivered: 0, bytesDelivered: 0, callsMade: 0 }),
		healthCheck: async () => ({ componentName: id, status: 'HEALTHY', message: '', lastCheck: '' }),
	};
	return {
		adapter,
		...options,
		registration: {
			destinationId: id,
			kind: 'API',
			maxClassification: 'CONFIDENTIAL',
			format: 'JSON',
			ackType: 'SYNC',
			ackTimeoutAction: 'RETRY_DELIVERY',
			enabled: true,
			...registration,
		},
	};
}

/** A record on its way out. */
export function recordOf(recordId: string, changes: Partial<TransformedRecord> = {}): TransformedRecord {
	return {
		recordId,
		fields: { name: fromPlain('s3cret-value') },
		targetSchema: 'flight',
		qualityScore: 0.9,
		upstreamQualityScore: 0.8,
		qualityDimensions: {
			completenessScore: 1,
			consistencyScore: 1,
			conformanceScore: 1,
			timelinessScore: 0.6,
			overallScore: 0.9,
		},
		transformationTimestamp: systemRuntime().timestamp(),
		ingestionTimestamp: systemRuntime().timestamp(),
		rulesApplied: 3,
		lineageId: `lineage-${recordId}`,
		classification: 'INTERNAL',
		personalFields: [],
		[JOURNAL]: 0,
		[STAGE]: 0,
		...changes,
	};
}

/** A started module. Everything goes to all its destinations unless told otherwise. */
export async function startModule(
	destinations: readonly DestinationOptions[],
	options: Partial<GammaOptions> = {},
): Promise<gamma.GammaModule> {
	const module = new gamma.GammaModule({
		destinations,
		runtime: systemRuntime(),
		routing: { rules: [], defaultDestinations: destinations.map(({ registration }) => registration.destinationId) },
		...options,
		config: { retryInitialDelayMs: 100, retryBackoffMultiplier: 1, ackSweepIntervalMs: 10, ...options.config },
	});
	await module.start();
	return module;
}

/** A batch as the intake takes it. */
export const batchOf = (batchId: string, ...records: readonly TransformedRecord[]) => ({
	metadata: { batchId },
	records,
});

/** Lets the event loop turn until the condition holds; the test's timeout ends a wait in vain. */
export async function waitUntil(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** A runtime whose clock can be moved on. */
export function movableRuntime() {
	const system = systemRuntime();
	let offsetMs = 0;
	return {
		...system,
		now: () => system.now() + offsetMs,
		elapsedMs: (sinceMs: number) => Math.max(0, system.now() + offsetMs - sinceMs),
		moveOn(ms: number) {
			offsetMs += ms;
		},
	};
}
