import { type Carrier, type IntermediateRecord, JOURNAL, STAGE, traceFieldsOf } from '@pipeline/model';
import { FieldEditor } from './field-editor.ts';

/** A record while a stage works on it: copies of everything that changes, and the carrier of the original. */
export class Draft implements Carrier {
	[JOURNAL]: number;
	[STAGE]: number;
	readonly source: IntermediateRecord;
	readonly editor: FieldEditor;
	/** Ids of the rules that changed something, in order. */
	readonly appliedRules: string[];

	constructor(source: IntermediateRecord, timestamp: string) {
		this[JOURNAL] = source[JOURNAL];
		this[STAGE] = source[STAGE];
		this.source = source;
		this.editor = new FieldEditor(source.currentFields, source.transformationLog, timestamp);
		this.appliedRules = [...source.appliedRules];
	}

	get recordId(): string {
		return this.source.recordId;
	}

	get targetSchema(): string {
		return this.source.targetSchema;
	}

	/** The record after the stage. */
	toIntermediate(
		stage: IntermediateRecord['stage'],
		stageChecksums: IntermediateRecord['stageChecksums'] = this.source.stageChecksums,
		classification: IntermediateRecord['classification'] = this.source.classification,
	): IntermediateRecord {
		const { source } = this;
		return {
			recordId: source.recordId,
			originalFields: source.originalFields,
			currentFields: this.editor.fields,
			targetSchema: source.targetSchema,
			stage,
			appliedRules: this.appliedRules,
			transformationLog: this.editor.log,
			lineageId: source.lineageId,
			...(source.parentIds && { parentIds: source.parentIds }),
			classification,
			...(stageChecksums && { stageChecksums }),
			...traceFieldsOf(source),
			[JOURNAL]: source[JOURNAL],
			[STAGE]: source[STAGE],
		};
	}
}
