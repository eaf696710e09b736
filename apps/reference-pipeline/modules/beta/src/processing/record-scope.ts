import { type DataClassification, highestClassification, type ValidatedRecord } from '@pipeline/model';
import type { LookupTables } from '../enrichment/lookup-tables.ts';
import type { CompiledProfile, CompiledTarget } from '../profile/compiled.ts';
import type { StepScope } from '../rules/step.ts';
import type { Deadline } from './deadline.ts';

/** Where a record came from: decides its profile and everything that is generated for it. */
export interface BatchPosition {
	readonly batchId: string;
	/** Place in the batch, 0-based. */
	readonly index: number;
	readonly profile: CompiledProfile;
}

/** What the stages of one record and one target schema share. */
export class RecordScope implements StepScope {
	readonly record: ValidatedRecord;
	readonly batchId: string;
	readonly index: number;
	readonly profile: CompiledProfile;
	readonly schemaId: string;
	readonly tables: LookupTables;
	readonly deadline: Deadline;
	/** Quality flags of the result, in the order they came up. */
	readonly flags = new Set<string>();
	/** Fields that hold personal data, followed through renames and copies. */
	readonly personalFields: Set<string>;
	#classification: DataClassification;

	constructor(
		record: ValidatedRecord,
		schemaId: string,
		position: BatchPosition,
		tables: LookupTables,
		deadline: Deadline,
	) {
		this.record = record;
		this.schemaId = schemaId;
		this.batchId = position.batchId;
		this.index = position.index;
		this.profile = position.profile;
		this.tables = tables;
		this.deadline = deadline;
		this.personalFields = new Set(record.personalFields);
		this.#classification = record.classification;
	}

	/** Highest label of the record and everything that was added to it. */
	get classification(): DataClassification {
		return this.#classification;
	}

	/** The target schema, or `undefined` when the profile has none of that id. */
	get target(): CompiledTarget | undefined {
		return this.profile.targets.get(this.schemaId);
	}

	flag(name: string): void {
		this.flags.add(name);
	}

	/** Notes that a field was written from others: it is personal when one of them is. */
	wrote(target: string, sources: readonly string[]): void {
		if (this.personalFields.has(target)) return;
		if (sources.some((source) => this.personalFields.has(source))) this.personalFields.add(target);
	}

	/** Raises the label when data of a higher one is added. Returns whether it changed. */
	combineWith(label: DataClassification): boolean {
		const highest = highestClassification([this.#classification, label]);
		const changed = highest !== this.#classification;
		this.#classification = highest;
		return changed;
	}
}
