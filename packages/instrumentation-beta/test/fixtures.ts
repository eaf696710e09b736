import type { BetaConfig, ProfileInput } from '@pipeline/beta';
import * as beta from '@pipeline/beta';
import {
	type BatchSender,
	type BetaGammaBatch,
	checksumOf,
	type EnrichmentSource,
	type Fields,
	fromPlain,
	JOURNAL,
	type Runtime,
	STAGE,
	systemRuntime,
	type ValidatedRecord,
} from '@pipeline/model';

const runtime = systemRuntime();

export const fieldsOf = (plain: Readonly<Record<string, unknown>>): Fields =>
	Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, fromPlain(value)]));

/** A record as module alpha hands it over, in a trace of its own. */
export function recordOf(
	plain: Readonly<Record<string, unknown>>,
	more: Partial<ValidatedRecord> = {},
): ValidatedRecord {
	const timestamp = runtime.timestamp();
	return {
		recordId: runtime.uuid('record'),
		parsedRecordRef: 'batch#0',
		fields: fieldsOf(plain),
		validationTimestamp: timestamp,
		validationDurationMs: 0,
		rulesEvaluated: 1,
		rulesPassed: 1,
		qualityScore: 0.9,
		qualityFlags: [],
		sourceId: 'FILE:test',
		ingestionTimestamp: timestamp,
		classification: 'INTERNAL',
		personalFields: [],
		lineageId: runtime.uuid('lineage'),
		[JOURNAL]: 0,
		[STAGE]: 0,
		...more,
	};
}

export function transferOf(records: readonly ValidatedRecord[], more: Partial<beta.IntakeTransfer> = {}) {
	const metadata = {
		batchId: runtime.uuid('batch'),
		sequenceNumber: 0,
		recordCount: records.length,
		checksum: checksumOf(records),
		createdAt: runtime.timestamp(),
	};
	return { records, metadata, ...more };
}

type Target = ProfileInput['targetSchemas'][number];

export const profileOf = (target: Partial<Target> = {}, more: Partial<ProfileInput> = {}): ProfileInput => ({
	profileId: 'test',
	version: 1,
	author: 'ann',
	targetSchemas: [{ schemaId: 'out', passUnmapped: true, ...target }],
	...more,
});

/** Looks `key` up in the source and writes its `v` into `v`. */
export const enriching = (
	fallback: 'FAIL' | 'SKIP' | 'DEFAULT' | 'STALE' = 'SKIP',
	keys: readonly string[] = ['key'],
): NonNullable<Target['rules']>[number] => ({
	type: 'TR15',
	config: {
		enrichmentMappings: keys.map((lookupKey) => ({
			source: 'reference',
			lookupKey,
			fieldMappings: { v: 'v' },
			fallback,
			...(fallback === 'DEFAULT' && { default: { v: 'none' } }),
		})),
	},
});

export const requiringName: Partial<Target> = { fields: { name: { type: 'STRING', required: true } } };

export const sourceOf = (lookup: EnrichmentSource['lookup'], sourceId = 'reference'): EnrichmentSource => ({
	sourceId,
	kind: 'API',
	classification: 'CONFIDENTIAL',
	authorizationRef: 'contract-7',
	lookup,
	healthCheck: async () => ({ componentName: sourceId, status: 'HEALTHY', message: '', lastCheck: '' }),
});

export const accepting = (seen: BetaGammaBatch[] = []): BatchSender<BetaGammaBatch> => ({
	async send(batch) {
		seen.push(batch);
		return {
			batchId: batch.batchId,
			status: 'RECEIVED',
			recordsAccepted: batch.records.length,
			recordsRejected: 0,
			processingDurationMs: 0,
		};
	},
	onProcessed() {},
});

export interface Setup {
	readonly profile?: ProfileInput;
	readonly sender?: BatchSender<BetaGammaBatch>;
	readonly sources?: readonly EnrichmentSource[];
	readonly config?: Partial<BetaConfig>;
	readonly clock?: Partial<Pick<Runtime, 'now' | 'elapsedMs'>>;
}

export const moduleOf = ({ profile = profileOf(), sender = accepting(), sources = [], config, clock }: Setup = {}) =>
	new beta.BetaModule({
		runtime: { ...runtime, ...clock },
		sender,
		profiles: [profile],
		sources,
		config: {
			transformProfileDefault: profile.profileId,
			mappingErrorThreshold: 1,
			betaGammaFlushTimeoutMs: 5,
			...config,
		},
	});
