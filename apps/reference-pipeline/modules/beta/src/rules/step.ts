import type { LookupTables } from '../enrichment/lookup-tables.ts';
import type { FieldEditor } from '../transform/field-editor.ts';

/** What a rule may know besides the fields. No clock and no randomness: the same record gives the same result. */
export interface StepScope {
	/** Batch that the record came with. */
	readonly batchId: string;
	/** Position of the record in that batch, 0-based. */
	readonly index: number;
	readonly tables: LookupTables;
	/** Marks the result with a quality flag such as `INVALID:email`. */
	flag(name: string): void;
}

/** The part of a rule that works on one target field; the error policy is applied to that field. */
export interface Step {
	/** Field that is written. */
	readonly target: string;
	/** Fields that are read: a personal one among them makes the target personal. */
	readonly sources: readonly string[];
	/** @throws RuleError for a value that the rule cannot handle */
	run(fields: FieldEditor, scope: StepScope): void;
}
