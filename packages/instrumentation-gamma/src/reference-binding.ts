import type { GammaBinding } from './binding.ts';
import type {
	Acknowledgment,
	Attempt,
	Context,
	DeadLetter,
	Destination,
	Entry,
	Intake,
	Outbound,
	Outgoing,
	Queue,
	Received,
	Registry,
	Rendered,
	Report,
	Result,
	Routed,
	Running,
	Transfer,
} from './reference-shapes.ts';

// FR01 to FR07.
const FORMATTING = ['inclusion', 'ordering', 'nulls', 'precision', 'datetimes', 'escaping', 'arrays'];
const QUEUES = ['RENDER', 'ROUTING', 'DELIVERY', 'ACK'];

/** How the reference module `@pipeline/gamma` calls its operations. */
export const referenceBinding: GammaBinding = {
	module: '@pipeline/gamma',
	supportedVersions: ['>=1.0.0 <2'],
	record: {
		recordId: (record: Outgoing) => record.recordId,
		lineageId: (record: Outgoing) => record.lineageId,
		sourceId: (record: Outgoing) => record.sourceId,
		targetSchema: (record: Outgoing) => record.targetSchema,
		classification: (record: Outgoing) => record.classification,
		qualityScore: (record: Outgoing) => record.qualityScore,
		upstreamQualityScore: (record: Outgoing) => record.upstreamQualityScore,
		ingestedAt: (record: Outgoing) => record.ingestionTimestamp,
		transformedAt: (record: Outgoing) => record.transformationTimestamp,
	},
	destination: {
		id: (destination: Destination) => destination.id,
		type: (destination: Destination) => destination.registration.kind,
		format: (destination: Destination) => destination.format,
		maxClassification: (destination: Destination) => destination.registration.maxClassification,
		serverAddress: (destination: Destination) => urlOf(destination)?.hostname,
		serverPort: (destination: Destination) => Number(urlOf(destination)?.port) || undefined,
		formattingRules,
		ackTimeoutAction: (destination: Destination) => destination.ackTimeoutAction,
		circuit: (destination: Destination) => destination.circuit,
		holdingDepth: (destination: Destination) => destination.holding.depth,
		poolUsage: (destination: Destination) => destination.batcher.poolUsage,
	},
	attemptFacts: {
		attemptId: (attempt: Attempt) => attempt.attemptId,
		attemptNumber: (attempt: Attempt) => attempt.attemptNumber,
		attemptedAt: (attempt: Attempt) => attempt.attemptTimestamp,
		destinationId: (attempt: Attempt) => attempt.destinationId,
		status: (attempt: Attempt) => attempt.status,
		responseCode: (attempt: Attempt) => attempt.responseCode,
		errorCode: (attempt: Attempt) => attempt.errorCode,
		poolWaitMs: (attempt: Attempt) => attempt.poolWaitMs,
		retryAfterMs: (attempt: Attempt) => attempt.retryAfterMs,
		isRateLimited: (attempt: Attempt) => attempt.errorCode === 'DELIV_004_RATE_LIMITED',
	},
	isStop: (error: { readonly code?: string } | undefined) => error?.code === 'GAMMA_STOPPED',
	accept: {
		export: 'GammaIntake',
		method: 'accept',
		batchId: (transfer: Transfer) => transfer.metadata.batchId,
		correlationId: (transfer: Transfer) => transfer.header?.correlationId,
		recordCount: (transfer: Transfer) => transfer.records.length,
		profile: (options: { readonly deliveryProfile?: string }) => options.deliveryProfile,
		refusal: (outcome: Intake) => outcome.reason,
		isDuplicate: (outcome: Intake) => outcome.accepted === 0 && (outcome.duplicates ?? 0) > 0,
		completed: (outcome: Intake) => outcome.completed,
		status: (report: Report) => report.status,
		outcomes: (report: Report) => report.outcomes,
		deadLetters: (report: Report) => report.deliveryResults.filter(({ status }) => status === 'DLQ').length,
	},
	admit: {
		export: 'GammaIntake',
		method: 'admit',
		batchId: (context: Context) => context.batchId,
		priority: (priority: string) => priority,
	},
	deliver: { export: 'RecordDelivery', method: 'deliver', results: (results: readonly Result[]) => results },
	redeliver: { export: 'RecordDelivery', method: 'redeliver' },
	route: {
		export: 'Router',
		method: 'route',
		evaluatedRules: (routed: Routed) => routed.evaluatedRules,
		matchedRule: (routed: Routed) => routed.matchedRule ?? undefined,
		destinations: (routed: Routed) => routed.destinations,
		blocked: (routed: Routed) => routed.routingContext['blocked']?.split(','),
		outcome: (routed: Routed) => routed.routingContext['outcome'],
		errorCode: (routed: Routed) => routed.errorCode,
	},
	toDestination: {
		export: 'RecordDelivery',
		method: 'toDestination',
		destinationId: (destinationId: string) => destinationId,
		destination: (delivery: { readonly parts: { readonly destinations: Registry } }, destinationId: string) =>
			delivery.parts.destinations.get(destinationId),
		finalStatus: (result: Result) => result.finalStatus,
		totalAttempts: (result: Result) => result.totalAttempts,
		acknowledgmentId: (result: Result) => result.acknowledgmentId ?? undefined,
		acknowledgedAt: (result: Result) => result.acknowledgmentTimestamp ?? undefined,
	},
	authorize: { export: 'DestinationDelivery', method: 'authorize' },
	render: {
		export: 'Renderer',
		method: 'render',
		errorCode: (rendered: Rendered) => rendered.errorCode,
		contentType: (rendered: Rendered) => rendered.contentType,
		sizeBytes: (rendered: Rendered) => rendered.renderedContent.byteLength,
		checksum: (rendered: Rendered) => rendered.contentChecksum,
	},
	attempt: {
		export: 'DestinationAttempt',
		method: 'attempt',
		destination: (attempts: { readonly destinations: Registry }, { destinationId }: Rendered) =>
			attempts.destinations.get(destinationId),
		sizeBytes: (rendered: Rendered) => rendered.renderedContent.byteLength,
		format: (rendered: Rendered) => rendered.format,
	},
	sendBatch: {
		export: 'DeliveryBatcher',
		method: 'sendBatch',
		rendered: (batch: readonly Outbound[]) => batch.map(({ rendered }) => rendered),
		destinationId: ([first]: readonly Outbound[]) => first?.rendered.destinationId,
		format: ([first]: readonly Outbound[]) => first?.rendered.format,
		sizeBytes: (batch: readonly Outbound[]) =>
			batch.reduce((sum, { rendered }) => sum + rendered.renderedContent.byteLength, 0),
	},
	headers: {
		export: 'HttpDestination',
		method: 'postHeaders',
		destinationId: ([first]: readonly Outbound[]) => first?.rendered.destinationId,
	},
	retryWait: {
		export: 'RetryWait',
		method: 'wait',
		destinationId: ({ destinationId }: Rendered) => destinationId,
	},
	hold: {
		export: 'HoldingQueue',
		method: 'hold',
		destinationId: ({ destinationId }: Rendered) => destinationId,
		circuitId: ({ destinationId }: Rendered) => `gamma:destination:${destinationId}`,
	},
	awaitAck: {
		export: 'AckTracker',
		method: 'waitFor',
		destination: (
			tracker: { readonly parts: { readonly destinations: Registry } },
			{ destinationId }: Acknowledgment,
		) => tracker.parts.destinations.get(destinationId),
		destinationId: (acknowledgment: Acknowledgment) => acknowledgment.destinationId,
		ackType: (acknowledgment: Acknowledgment) => acknowledgment.ackType,
		ackStatus: (acknowledgment: Acknowledgment) => acknowledgment.ackStatus,
		correlationId: (acknowledgment: Acknowledgment) => acknowledgment.correlationId,
		acknowledgmentId: (acknowledgment: Acknowledgment) => acknowledgment.acknowledgmentId,
		receivedAt: (acknowledgment: Acknowledgment) => acknowledgment.receivedAt ?? undefined,
		expectedBy: (acknowledgment: Acknowledgment) => acknowledgment.expectedBy,
	},
	resumeAck: {
		export: 'AckTracker',
		method: 'resume',
		attempt: ({ attempts }: { readonly attempts: readonly Attempt[] }) => attempts.at(-1),
	},
	queryStatus: {
		export: 'StatusQuery',
		method: 'query',
		state: (answer: { readonly state: string }) => answer.state,
	},
	receiveAck: {
		export: 'AckTracker',
		method: 'receive',
		correlationId: (ack: { readonly correlation_id: string }) => ack.correlation_id,
		acknowledgmentId: (ack: { readonly acknowledgment_id?: string }) => ack.acknowledgment_id,
		kind: (outcome: Received) => outcome.kind,
		acknowledgments: (outcome: Received) => outcome.acknowledgments,
		errorCode: (outcome: Received) => outcome.error?.errorCode,
	},
	deadLetter: {
		export: 'DeadLetterQueue',
		method: 'enqueue',
		entryId: (entry: DeadLetter) => entry.entryId,
		destinationId: (entry: DeadLetter) => entry.destinationId,
		reason: (entry: DeadLetter) => entry.failureReason,
		attemptIds: (entry: DeadLetter) => entry.attemptHistory.map(({ attemptId }) => attemptId),
		expiresAt: (entry: DeadLetter) => entry.expiresAt,
	},
	errorQueue: {
		export: 'GammaErrorQueue',
		method: 'enqueue',
		entryId: (entry: Entry) => entry.entryId,
		queue: (entry: Entry) => entry.queue,
		errorCode: (entry: Entry) => entry.errorCode,
		retentionUntil: (entry: Entry) => entry.expiresAt,
	},
	replay: {
		export: 'ReplayDelivery',
		method: 'deliver',
		recordId: (entry: Entry) => entry.recordId,
		lineageId: (entry: Entry) => entry.lineageId,
		entryId: (entry: Entry) => entry.entryId,
		queue: (entry: Entry) => entry.queue,
		replayCount: (entry: Entry) => entry.replayCount,
		destinationId: (entry: Entry) => entry.destinationId,
	},
	replayDeadLetter: {
		export: 'DeadLetterQueue',
		method: 'replay',
		isLimit: (error: { readonly code?: string }) => error.code === 'QUEUE_REPLAY_LIMIT',
		entry: (queue: Queue<Entry>, entryId: string) => queue.list((entry) => entry.entryId === entryId)[0],
	},
	save: {
		export: 'StateFile',
		method: 'save',
		records: (saved: readonly { readonly record: object }[]) => saved.map(({ record }) => record),
	},
	keepWait: {
		export: 'PendingAckStore',
		method: 'add',
		record: ({ record }: { readonly record: object }) => record,
	},
	registerDestination: { export: 'DestinationRegistry', method: 'register' },
	changeDestination: {
		export: 'DestinationRegistry',
		method: 'change',
		destination: (registry: Registry, destinationId: string) => registry.get(destinationId),
	},
	start: { export: 'GammaModule', method: 'start' },
	stop: { export: 'GammaModule', method: 'stop' },
	events: (module: Running) => module.events,
	gauges: {
		queueDepth: (module: Running) => module.queueDepth,
		destinations: (module: Running) => module.destinations,
		pendingAcks: (module: Running) => module.pendingAcksByDestination,
		deadLetters: (module: Running) => deadLettersOf(module),
		deadLetterCapacity: (module: Running) => module.dlqCapacity,
		deadLetterAges: (module: Running) => module.dlqAges,
		queueSizes: (module: Running) => Object.fromEntries(QUEUES.map((queue) => [queue, module.errorQueueSize(queue)])),
		deadLetterEvents: (module: Running) => module.parts.deadLetters.events,
		queueEvents: (module: Running) => module.parts.errorQueue.events,
		degradationLevel: (module: Running) => module.degradationLevel,
	},
};

// The newest: deliveries ask for the same few, once for each record.
let lastUrl = { text: '', parsed: undefined as URL | undefined };

function urlOf({ adapter }: Destination): URL | undefined {
	const text = adapter.options?.url;
	if (text === undefined) return undefined;
	if (text !== lastUrl.text) lastUrl = { text, parsed: URL.parse(text) ?? undefined };
	return lastUrl.parsed;
}

function formattingRules({ formatting }: Destination): number {
	let count = 0;
	for (const rule of FORMATTING) if (formatting[rule] !== undefined) count++;
	return count;
}

function deadLettersOf({ destinations, parts }: Running): Readonly<Record<string, number>> {
	const counts: Record<string, number> = Object.fromEntries(destinations.map(({ id }) => [id, 0]));
	for (const { destinationId = 'unknown' } of parts.deadLetters.list())
		counts[destinationId] = (counts[destinationId] ?? 0) + 1;
	return counts;
}
