import type { ValidatedRecord } from '@pipeline/model';
import { canonicalJson } from '@pipeline/model';
import { fieldOf, isPresent } from '../fields/field-of.ts';
import type { BetaEmitter } from '../module/events.ts';
import type { CompiledProfile } from '../profile/compiled.ts';
import type { MergeRule } from '../profile/profile-schema.ts';
import type { RecordMerger } from './record-merger.ts';
import type { RecordSplitter } from './record-splitter.ts';

/** A record to work on and the records of the batch that it stands for. */
export interface CombinedRecord {
	readonly record: ValidatedRecord;
	readonly sources: readonly number[];
}

/** Applies the merge or split rule of a profile to a batch. */
export class RecordCombiner {
	readonly #merger: RecordMerger;
	readonly #splitter: RecordSplitter;
	readonly #events: BetaEmitter;

	constructor(merger: RecordMerger, splitter: RecordSplitter, events: BetaEmitter) {
		this.#merger = merger;
		this.#splitter = splitter;
		this.#events = events;
	}

	/** Records in the order of the batch; a merged one stands where its first part stood. */
	combine(records: readonly ValidatedRecord[], { profile }: CompiledProfile): CombinedRecord[] {
		if (profile.merge) return this.#merged(records, profile.merge);
		if (!profile.split) return records.map((record, at) => ({ record, sources: [at] }));
		const rule = profile.split;
		return records.flatMap((parent, at) => {
			const parts = this.#splitter.split(parent, rule);
			if (parts.length > 1) this.#events.emit('recordSplit', { parent, records: parts });
			return parts.map((record) => ({ record, sources: [at] }));
		});
	}

	#merged(records: readonly ValidatedRecord[], rule: MergeRule): CombinedRecord[] {
		return groupsOf(records, rule).map((sources) => {
			const parents = sources.map((at) => records[at] as ValidatedRecord);
			const [only] = parents;
			if (parents.length === 1 && only) return { record: only, sources };
			const record = this.#merger.merge(parents, rule);
			this.#events.emit('recordsMerged', { record, parents });
			return { record, sources };
		});
	}
}

/** Records without a complete key stay alone. */
function groupsOf(records: readonly ValidatedRecord[], rule: MergeRule): number[][] {
	const open = new Map<string, number[]>();
	const groups: number[][] = [];
	records.forEach((record, at) => {
		const parts = rule.keyFields.map((name) => fieldOf(record.fields, name));
		const key = parts.every(isPresent) ? canonicalJson(parts) : undefined;
		const group = key === undefined ? undefined : open.get(key);
		if (group && group.length < rule.maxRecords) {
			group.push(at);
			return;
		}
		const started = [at];
		groups.push(started);
		if (key !== undefined) open.set(key, started);
	});
	return groups;
}
