import {
	type AcknowledgmentPayload,
	type AlphaBetaBatch,
	type BatchTransfer,
	type Edge,
	JOURNAL,
	type Runtime,
	STAGE,
	seededRuntime,
	stringValue,
	systemRuntime,
	type ValidatedRecord,
} from '@pipeline/model';
import {
	type BatchWork,
	type FaultInjector,
	type IntegrationConfig,
	type IntegrationEvents,
	MemoryTransport,
	type Message,
	ReceivingEnd,
	SendingEnd,
	type Transport,
} from '../src/index.ts';

export const runtime: Runtime = seededRuntime(1, 'test');

/** A millisecond is one turn of the event loop, so that no test depends on how fast the machine is. */
export const turnRuntime: Runtime = {
	...systemRuntime(),
	async sleep(ms, signal) {
		for (let turn = 0; turn < ms; turn++) {
			signal?.throwIfAborted();
			await new Promise(setImmediate);
		}
	},
};

export function record(name: string): ValidatedRecord {
	return {
		recordId: runtime.uuid('record'),
		parsedRecordRef: name,
		fields: { name: stringValue(name) },
		validationTimestamp: runtime.timestamp(),
		validationDurationMs: 0,
		rulesEvaluated: 1,
		rulesPassed: 1,
		qualityScore: 1,
		qualityFlags: ['COMPLETE'],
		classification: 'INTERNAL',
		personalFields: [],
		lineageId: runtime.uuid('lineage'),
		[JOURNAL]: 0,
		[STAGE]: 0,
	};
}

export function batch(...names: string[]): AlphaBetaBatch {
	const count = names.length;
	return {
		batchId: runtime.uuid('batch'),
		correlationId: 'run-1',
		priority: 'NORMAL',
		records: names.map(record),
		validationSummary: {
			totalRecordsValidated: count,
			recordsPassed: count,
			recordsFailed: 0,
			averageQualityScore: 1,
		},
	};
}

/** Small enough for tests to reach every limit. */
export const FAST: Partial<IntegrationConfig> = { ackTimeoutMs: 20, retryDelayMs: 1, maxRetries: 3 };
/** For tests in which no timer may matter. */
export const PATIENT: Partial<IntegrationConfig> = { ackTimeoutMs: 60_000, retryDelayMs: 1, maxRetries: 3 };

export interface Ends {
	readonly sending: SendingEnd;
	readonly receiving: ReceivingEnd;
	readonly received: BatchTransfer[];
	/** What both ends told, in order. */
	readonly told: string[];
	stop(): void;
}

const ALL_DONE = async ({ records }: BatchTransfer) => ({ recordsAccepted: records.length, recordsRejected: 0 });

/** The two ends of an edge, started, on the two ends of a transport. */
export function connectEnds(
	[out, into]: readonly [Transport, Transport],
	config: Partial<IntegrationConfig> = PATIENT,
	given: BatchWork | undefined = undefined,
	edge: Edge = 'ALPHA_BETA',
): Ends {
	const received: BatchTransfer[] = [];
	const told: string[] = [];
	const work = noting(given ?? { handler: ALL_DONE }, received);
	const clock = out instanceof MemoryTransport ? turnRuntime : systemRuntime();
	const sending = new SendingEnd({ edge, transport: out, runtime: clock, config });
	const receiving = new ReceivingEnd({ edge, transport: into, runtime: clock, config, ...work });
	for (const end of [sending, receiving]) {
		note(end.events, told);
		end.start();
	}
	const stop = (): void => {
		sending.stop();
		receiving.stop();
	};
	return { sending, receiving, received, told, stop };
}

function noting(work: BatchWork, received: BatchTransfer[]): BatchWork {
	if ('intake' in work) return work;
	return {
		handler: (transfer) => {
			received.push(transfer);
			return work.handler(transfer);
		},
	};
}

function note(events: SendingEnd['events'], told: string[]): void {
	const on = <K extends keyof IntegrationEvents>(name: K, text: (event: IntegrationEvents[K]) => string) =>
		events.on(name, (event) => told.push(text(event)));
	on('transferResolved', ({ outcome, attempts }) => `${outcome} after ${attempts}`);
	on('transferRetried', ({ attemptNumber, errorCode }) => `retry ${attemptNumber}: ${errorCode}`);
	on('transferResent', ({ reason }) => `resent: ${reason}`);
	on('integrityFailed', ({ check }) => `integrity: ${check}`);
	on('acknowledged', ({ payload }) => `ack: ${payload.status}`);
	on('errorRaised', ({ error }) => `error: ${error.errorCode}`);
	on('callRejected', () => 'call rejected');
}

/** The end of the next batch that the sender keeps. */
export function processed({ sender }: SendingEnd): Promise<AcknowledgmentPayload> {
	return new Promise((resolve) => sender.onProcessed(resolve));
}

/** Loses the first messages that a test picks. */
export function losing(count: number, isPicked: (message: Message) => boolean): FaultInjector {
	let lost = 0;
	return (message) => (isPicked(message) && lost++ < count ? [] : [message]);
}

/** Picks acknowledgments of a status. */
export function isAck(status: string): (message: Message) => boolean {
	return (message) => 'payload' in message && message.payload.status === status;
}

/** Picks batches. */
export function isBatch(message: Message): boolean {
	return 'records' in message;
}
