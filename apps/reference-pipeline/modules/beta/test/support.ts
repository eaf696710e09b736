import {
	type AcknowledgmentPayload,
	type BatchSender,
	type BetaGammaBatch,
	checksumOf,
	createEmitter,
	type Fields,
	fromPlain,
	type IntermediateRecord,
	JOURNAL,
	type Runtime,
	STAGE,
	seededRuntime,
	toPlain,
	type ValidatedRecord,
} from '@pipeline/model';
import {
	type BetaEvents,
	compileProfile,
	Deadline,
	type IntakeTransfer,
	type LookupTable,
	type ProfileInput,
	RecordScope,
} from '../src/index.ts';

export type TargetInput = ProfileInput['targetSchemas'][number];

export function fieldsOf(plain: Readonly<Record<string, unknown>>): Fields {
	return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, fromPlain(value)]));
}

export function plainOf(fields: Fields): Record<string, unknown> {
	return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toPlain(value)]));
}

let count = 0;

export function record(fields: Fields, more: Partial<ValidatedRecord> = {}): ValidatedRecord {
	count += 1;
	return {
		recordId: `record-${count}`,
		parsedRecordRef: `record-${count}`,
		fields,
		validationTimestamp: '2026-01-02T00:00:00.000000Z',
		validationDurationMs: 1,
		rulesEvaluated: 2,
		rulesPassed: 2,
		qualityScore: 0.9,
		qualityFlags: ['COMPLETE'],
		classification: 'INTERNAL',
		personalFields: [],
		lineageId: `lineage-${count}`,
		[JOURNAL]: 0,
		[STAGE]: 0,
		...more,
	};
}

export function profileOf(target: Partial<TargetInput>, more: Partial<ProfileInput> = {}): ProfileInput {
	return {
		profileId: 'test',
		version: 1,
		targetSchemas: [{ schemaId: 'out', passUnmapped: true, ...target }],
		...more,
	};
}

export interface ScopeOptions {
	readonly record?: ValidatedRecord;
	readonly schemaId?: string;
	readonly batchId?: string;
	readonly index?: number;
	readonly tables?: Readonly<Record<string, LookupTable>>;
	readonly runtime?: Runtime;
}

export const BATCH_ID = '01890000-0000-7000-8000-000000000001';

export function scopeOf(profile: ProfileInput, options: ScopeOptions = {}): RecordScope {
	const position = {
		batchId: options.batchId ?? BATCH_ID,
		index: options.index ?? 0,
		profile: compileProfile(profile),
	};
	const runtime = options.runtime ?? seededRuntime(1, 'test');
	return new RecordScope(
		options.record ?? record({}),
		options.schemaId ?? 'out',
		position,
		new Map(Object.entries(options.tables ?? {})),
		new Deadline(runtime, 30_000),
	);
}

export function intermediate(fields: Fields, more: Partial<IntermediateRecord> = {}): IntermediateRecord {
	return {
		recordId: 'record-i',
		originalFields: fields,
		currentFields: fields,
		targetSchema: 'out',
		stage: 'MAPPING',
		appliedRules: [],
		transformationLog: [],
		lineageId: 'lineage-i',
		classification: 'INTERNAL',
		[JOURNAL]: 0,
		[STAGE]: 0,
		...more,
	};
}

export function transferOf(
	records: readonly ValidatedRecord[],
	batchId: string,
	more: Partial<IntakeTransfer> = {},
): IntakeTransfer {
	return {
		records,
		metadata: {
			batchId,
			sequenceNumber: 0,
			recordCount: records.length,
			checksum: checksumOf(records),
			createdAt: '2026-01-01T00:00:00.000000Z',
		},
		...more,
	};
}

export function batchIdOf(number: number): string {
	return `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** Takes every batch, or does with it what the test says. */
export class MemorySender implements BatchSender<BetaGammaBatch> {
	readonly batches: BetaGammaBatch[] = [];
	answer: (batch: BetaGammaBatch) => Promise<'RECEIVED' | 'REJECTED'> = async () => 'RECEIVED';

	async send(batch: BetaGammaBatch) {
		const status = await this.answer(batch);
		this.batches.push(batch);
		const recordsAccepted = status === 'RECEIVED' ? batch.records.length : 0;
		return { batchId: batch.batchId, status, recordsAccepted, recordsRejected: 0, processingDurationMs: 0 };
	}

	#processed: (acknowledgment: AcknowledgmentPayload) => void = () => undefined;

	onProcessed(listener: (acknowledgment: AcknowledgmentPayload) => void): void {
		this.#processed = listener;
	}

	/** Says how a batch ended. */
	end(batchId: string, status: 'PROCESSED' | 'REJECTED'): void {
		this.#processed({ batchId, status, recordsAccepted: 0, recordsRejected: 0, processingDurationMs: 0 });
	}

	get records() {
		return this.batches.flatMap(({ records }) => records);
	}
}

export function emitter() {
	const events = createEmitter<BetaEvents>();
	const seen: { name: string; payload: unknown }[] = [];
	const watch = <K extends keyof BetaEvents & string>(name: K) =>
		events.on(name, (payload) => seen.push({ name, payload }));
	return { events, seen, watch };
}
