import type { AlphaBinding, ValidationDisposition } from './binding.ts';

// The shapes of `@pipeline/alpha`, as far as they are read. Types only: the module itself is never imported.
interface Raw {
	readonly sourceId: string;
	readonly batchId: string;
	readonly sequenceNumber: number;
	readonly rawBytes: Uint8Array;
	readonly contentType: string;
	readonly encoding: string;
	readonly ingestionTimestamp: string;
	readonly sourceTimestamp: string | null;
	readonly lineageId: string;
}

interface Record_ {
	readonly recordId: string;
	readonly lineageId: string;
	readonly sourceId?: string;
	readonly fields: object;
	readonly schemaId?: string;
	readonly schemaVersion?: number;
	readonly parseWarnings?: readonly string[];
	readonly qualityScore?: number;
	readonly qualityFlags?: readonly string[];
	readonly classification?: string;
}

interface Parsed {
	readonly records: readonly Record_[];
	readonly failure?: { readonly errorCode: string; readonly errorLocation: string };
}

interface Validated {
	readonly disposition: ValidationDisposition;
	readonly qualityScore: number;
	readonly ruleOutcomes: readonly { readonly ruleId: string; readonly outcome: string }[];
	readonly failures: readonly {
		readonly ruleId: string;
		readonly errorCode: string;
		readonly fieldName: string | null;
		readonly severity?: string;
		readonly expectedValue: string;
		readonly actualValue: string;
	}[];
	readonly record?: Record_;
}

interface Source {
	readonly sourceId: string;
	readonly isConnected?: boolean;
}

interface Batch {
	readonly batchId: string;
	readonly records: readonly Record_[];
	readonly checksum?: string;
}

interface Entry {
	readonly item: object;
	readonly queue: string;
	readonly errorCode: string;
	readonly expiresAt: string;
	readonly entryId: string;
	readonly replayCount: number;
	readonly batchId?: string;
}

interface Running {
	readonly source: Source;
	readonly events: import('node:events').EventEmitter;
	readonly buffer: {
		readonly depth: number;
		readonly capacity: number;
		readonly highWatermark: number;
		readonly lowWatermark: number;
		readonly isBackPressureActive: boolean;
	};
	readonly errorQueue: {
		readonly events: import('node:events').EventEmitter;
		list(): readonly Entry[];
	};
	readonly degradationLevel: number;
	readonly memoryUsageBytes: number;
	readonly connector: { readonly circuitState: string };
}

const evaluated = ({ ruleOutcomes }: Validated) => ruleOutcomes.filter(({ outcome }) => outcome !== 'SKIP').length;
const passed = ({ ruleOutcomes }: Validated) => ruleOutcomes.filter(({ outcome }) => outcome === 'PASS').length;

/** How the reference module `@pipeline/alpha` calls its operations. */
export const referenceBinding: AlphaBinding = {
	module: '@pipeline/alpha',
	supportedVersions: ['>=1.0.0 <2'],
	raw: {
		sourceId: (raw: Raw) => raw.sourceId,
		batchId: (raw: Raw) => raw.batchId,
		sequenceNumber: (raw: Raw) => raw.sequenceNumber,
		sizeBytes: (raw: Raw) => raw.rawBytes.length,
		contentType: (raw: Raw) => raw.contentType,
		encoding: (raw: Raw) => raw.encoding,
		ingestedAt: (raw: Raw) => raw.ingestionTimestamp,
		producedAt: (raw: Raw) => raw.sourceTimestamp ?? undefined,
		lineageId: (raw: Raw) => raw.lineageId,
	},
	record: {
		recordId: (record: Record_) => record.recordId,
		lineageId: (record: Record_) => record.lineageId,
		sourceId: (record: Record_) => record.sourceId,
		fieldCount: (record: Record_) => Object.keys(record.fields).length,
		schemaId: (record: Record_) => record.schemaId,
		schemaVersion: (record: Record_) => record.schemaVersion,
		qualityScore: (record: Record_) => record.qualityScore,
		qualityFlags: (record: Record_) => record.qualityFlags,
		classification: (record: Record_) => record.classification,
	},
	ingest: { export: 'AlphaModule', method: 'ingestBatch', sourceId: (source: Source) => source.sourceId },
	connect: { export: 'SourceConnector', method: 'connect', sourceId: (source: Source) => source.sourceId },
	disconnect: { export: 'SourceConnector', method: 'disconnect', sourceId: (source: Source) => source.sourceId },
	fetch: {
		export: 'FileSource',
		method: 'fetch',
		sourceId: (source: Source) => source.sourceId,
		items: (raws: readonly Raw[]) => raws,
		requested: (batchSize: number) => batchSize,
	},
	acknowledge: {
		export: 'FileSource',
		method: 'acknowledge',
		sourceId: (source: Source) => source.sourceId,
		count: (refs: readonly string[]) => refs.length,
	},
	parse: {
		export: 'RecordParser',
		method: 'parse',
		records: (outcome: Parsed) => outcome.records,
		errorCode: (outcome: Parsed) => outcome.failure?.errorCode,
		errorLocation: (outcome: Parsed) => outcome.failure?.errorLocation,
		warnings: (record: Record_) => record.parseWarnings,
		parser: (raw: Raw) => raw.contentType,
	},
	validate: {
		export: 'ValidationEngine',
		method: 'validate',
		disposition: (outcome: Validated) => outcome.disposition,
		validated: (outcome: Validated) => outcome.record,
		qualityScore: (outcome: Validated) => outcome.qualityScore,
		rulesEvaluated: evaluated,
		rulesPassed: passed,
		failures: (outcome: Validated) => outcome.failures,
		ruleOutcomes: (outcome: Validated) => outcome.ruleOutcomes,
	},
	rule: {
		export: 'ValidationEngine',
		method: 'evaluateRule',
		ruleId: (rule: { readonly config: { readonly id: string } }) => rule.config.id,
		category: (rule: { readonly category: string }) => rule.category,
		failed: (failures: readonly { readonly severity?: string }[] | undefined) =>
			failures?.some(({ severity }) => severity !== 'WARNING'),
	},
	lookup: {
		export: 'ReferenceLookup',
		method: 'lookup',
		source: (request: { readonly source: string }) => request.source,
	},
	enqueue: { export: 'RecordBuffer', method: 'enqueue' },
	dequeue: {
		export: 'RecordBuffer',
		method: 'dequeue',
		records: (records: readonly Record_[]) => records,
		reason: (reason: string) => reason,
	},
	assemble: {
		export: 'BatchAssembler',
		method: 'assemble',
		records: (records: readonly Record_[]) => records,
		reason: (reason: string) => reason,
		checksum: (batch: Batch) => batch.checksum,
		batchId: (batch: Batch) => batch.batchId,
	},
	handoff: {
		export: 'Handoff',
		method: 'send',
		records: (batch: Batch) => batch.records,
		batchId: (batch: Batch) => batch.batchId,
		accepted: ({ status }: { readonly status: string }) => status !== 'REJECTED',
	},
	errorQueue: {
		export: 'AlphaErrorQueue',
		method: 'enqueue',
		entryId: (entry: Entry) => entry.entryId,
		item: (entry: Entry) => entry.item,
		queue: (entry: Entry) => entry.queue,
		errorCode: (entry: Entry) => entry.errorCode,
		retentionUntil: (entry: Entry) => entry.expiresAt,
		batchId: (entry: Entry) => entry.batchId,
	},
	replay: { export: 'AlphaErrorQueue', method: 'replay', replayCount: (entry: Entry) => entry.replayCount },
	start: { export: 'AlphaModule', method: 'start' },
	stop: { export: 'AlphaModule', method: 'stop' },
	events: (module: Running) => module.events,
	gauges: {
		sourceId: (module: Running) => module.source.sourceId,
		connected: (module: Running) => module.source.isConnected,
		bufferDepth: (module: Running) => module.buffer.depth,
		bufferCapacity: (module: Running) => module.buffer.capacity,
		highWatermark: (module: Running) => module.buffer.highWatermark,
		lowWatermark: (module: Running) => module.buffer.lowWatermark,
		backPressureActive: (module: Running) => module.buffer.isBackPressureActive,
		queueSizes: (module: Running) => countBy(module.errorQueue.list()),
		queueEvents: (module: Running) => module.errorQueue.events,
		degradationLevel: (module: Running) => module.degradationLevel,
		memoryUsageBytes: (module: Running) => module.memoryUsageBytes,
		circuit: (module: Running) => ({
			circuitId: `alpha:source:${module.source.sourceId}`,
			state: module.connector.circuitState,
		}),
	},
};

function countBy(entries: readonly Entry[]): Readonly<Record<string, number>> {
	const counts: Record<string, number> = { PARSE: 0, VALIDATION: 0, CRITICAL: 0 };
	for (const { queue } of entries) counts[queue] = (counts[queue] ?? 0) + 1;
	return counts;
}
