import {
	type EnrichmentError,
	type Fields,
	fromPlain,
	type IntermediateRecord,
	JOURNAL,
	type Runtime,
	STAGE,
	type TypedEmitter,
	traceFieldsOf,
} from '@pipeline/model';
import { fieldOf } from '../fields/field-of.ts';
import { textOf } from '../fields/text.ts';
import type { BetaEvents } from '../module/events.ts';
import type { RecordScope } from '../processing/record-scope.ts';
import { StageChecksums } from '../processing/stage-checksums.ts';
import type { CompiledRule } from '../profile/compiled.ts';
import type { EnrichmentMapping } from '../rules/enrichment-mapping.ts';
import { Draft } from '../transform/draft.ts';
import type { EnrichmentClient } from './enrichment-client.ts';
import type { EnrichmentResult, FallbackAction, LookupRequest } from './lookup-request.ts';

/** What enrichment did to one record. With `error`, the record may not go on. */
export interface EnrichmentOutcome {
	readonly intermediate: IntermediateRecord;
	readonly lookups: number;
	readonly cacheHits: number;
	readonly fallbacks: readonly FallbackAction[];
	readonly error?: EnrichmentError;
}

/** Adds fields from enrichment sources, one mapping after the other, in the order of the profile. */
export class EnrichmentStage {
	readonly #client: EnrichmentClient;
	readonly #runtime: Runtime;
	readonly #events: TypedEmitter<BetaEvents>;
	readonly #checksums: StageChecksums;

	constructor(
		client: EnrichmentClient,
		runtime: Runtime,
		events: TypedEmitter<BetaEvents>,
		checksums = new StageChecksums(false),
	) {
		this.#client = client;
		this.#runtime = runtime;
		this.#events = events;
		this.#checksums = checksums;
	}

	/**
	 * Enriches a copy of the record. A mapping whose key field is null is left out.
	 * @throws DeadlineError when the record's time ends during a lookup
	 */
	async enrich(intermediate: IntermediateRecord, scope: RecordScope): Promise<EnrichmentOutcome> {
		const draft = new Draft(intermediate, this.#runtime.timestamp());
		const results: EnrichmentResult[] = [];
		let error: EnrichmentError | undefined;
		for (const { rule, mapping } of mappingsOf(scope)) {
			const key = textOf(draft.editor.get(mapping.lookupKey));
			if (key === undefined) continue;
			const request = requestOf(intermediate, mapping, key);
			const result = await scope.deadline.within(this.#client.lookup(request));
			results.push(result);
			if (result.fallback === 'FAIL') {
				error = result.error && { ...result.error, ...traceFieldsOf(intermediate) };
				break;
			}
			this.#take(result, rule, mapping, draft, scope);
		}
		const { currentFields, stageChecksums } = intermediate;
		const checksums = this.#checksums.around(stageChecksums, 'ENRICHMENT', currentFields, draft.editor.fields);
		return {
			intermediate: draft.toIntermediate('ENRICHMENT', checksums, scope.classification),
			lookups: results.length,
			cacheHits: results.filter(({ outcome }) => outcome === 'CACHE_HIT').length,
			fallbacks: results.flatMap(({ fallback }) => fallback ?? []),
			...(error && { error }),
		};
	}

	#take(
		result: EnrichmentResult,
		rule: CompiledRule,
		mapping: EnrichmentMapping,
		draft: Draft,
		scope: RecordScope,
	): void {
		if (result.outcome === 'STALE') scope.flag('ENRICHMENT_STALE');
		if (result.fields === undefined) {
			scope.flag('ENRICHMENT_SKIPPED');
			return;
		}
		const before = draft.editor.log.length;
		draft.editor.begin(rule.ruleId, rule.operation);
		for (const [from, to] of Object.entries(mapping.fieldMappings)) {
			const value = fieldOf(result.fields, from);
			if (value !== undefined) draft.editor.set(to, value);
		}
		if (draft.editor.log.length > before && draft.appliedRules.at(-1) !== rule.ruleId)
			draft.appliedRules.push(rule.ruleId);
		if (result.fallback !== 'DEFAULT') this.#label(mapping.source, scope);
	}

	#label(sourceId: string, scope: RecordScope): void {
		const label = this.#client.classificationOf(sourceId);
		const from = scope.classification;
		if (label === undefined || !scope.combineWith(label)) return;
		const { recordId } = scope.record;
		this.#events.emit('classificationRaised', { recordId, from, to: scope.classification, cause: sourceId });
	}
}

function mappingsOf(scope: RecordScope): { rule: CompiledRule; mapping: EnrichmentMapping }[] {
	return (scope.target?.enrichments ?? []).flatMap((rule) => rule.enrichments.map((mapping) => ({ rule, mapping })));
}

function requestOf(intermediate: IntermediateRecord, mapping: EnrichmentMapping, key: string): LookupRequest {
	return {
		sourceId: mapping.source,
		key,
		recordId: intermediate.recordId,
		lineageId: intermediate.lineageId,
		fallback: mapping.fallback,
		...(mapping.default && { defaultFields: fieldsOf(mapping.default) }),
		...(mapping.ttlSeconds !== undefined && { ttlSeconds: mapping.ttlSeconds }),
		[JOURNAL]: intermediate[JOURNAL],
		[STAGE]: intermediate[STAGE],
	};
}

function fieldsOf(plain: Readonly<Record<string, unknown>>): Fields {
	return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, fromPlain(value)]));
}
