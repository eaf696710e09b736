import {
	type Fields,
	type FieldValue,
	type IntermediateRecord,
	JOURNAL,
	type MappingFailure,
	type Runtime,
	STAGE,
	traceFieldsOf,
	type ValidatedRecord,
} from '@pipeline/model';
import type { MappingCode } from '../errors/codes.ts';
import { RuleError } from '../errors/rule-error.ts';
import { fieldOf, isPresent } from '../fields/field-of.ts';
import type { RecordScope } from '../processing/record-scope.ts';
import { StageChecksums } from '../processing/stage-checksums.ts';
import type { CompiledTarget } from '../profile/compiled.ts';
import type { Mapping } from '../profile/profile-schema.ts';
import { type MappingStep, sourceReader } from './mapping-plan.ts';

/** A mapped record, or why there is none. */
export type MappingOutcome =
	| {
			readonly intermediate: IntermediateRecord;
			/** Mappings that gave a value, by kind. */
			readonly mappingsApplied: Readonly<Record<Mapping['kind'], number>>;
			/** Target fields that got their default. */
			readonly defaultsApplied: readonly string[];
			readonly failure?: undefined;
	  }
	| { readonly intermediate?: undefined; readonly failure: MappingFailure };

/** Brings a validated record into a target schema: the first stage of Beta. */
export class SchemaMapper {
	readonly #runtime: Runtime;
	readonly #checksums: StageChecksums;

	constructor(runtime: Runtime, checksums = new StageChecksums(false)) {
		this.#runtime = runtime;
		this.#checksums = checksums;
	}

	/** Makes one intermediate record. Failures are returned, never thrown, and leave the record as it is. */
	map(record: ValidatedRecord, targetSchema: string, scope: RecordScope): MappingOutcome {
		const target = scope.target;
		if (!target)
			return this.#failed(record, targetSchema, '', 'MAP_005_UNKNOWN_SCHEMA', 'the profile has no such schema');
		const mapped = startFields(record, target);
		const applied = { DIRECT: 0, COMPOSITE: 0, DECOMPOSE: 0, CONDITIONAL: 0, DEFAULT: 0 };
		const defaultsApplied: string[] = [];
		const read = sourceReader(record.fields, mapped);
		for (const step of target.mappings) {
			try {
				if (!runStep(step, read, mapped, scope)) continue;
				applied[step.kind] += 1;
				if (step.kind === 'DEFAULT') defaultsApplied.push(...step.targets);
			} catch (error) {
				return this.#failed(record, targetSchema, step.name, codeOf(error), messageOf(error));
			}
		}
		const missing = target.required.find((name) => !isPresent(fieldOf(mapped, name)));
		if (missing !== undefined) {
			return this.#failed(record, targetSchema, missing, 'MAP_001_MISSING_REQUIRED', `${missing} is required`);
		}
		return {
			intermediate: this.#intermediate(record, targetSchema, mapped),
			mappingsApplied: applied,
			defaultsApplied,
		};
	}

	#intermediate(record: ValidatedRecord, targetSchema: string, mapped: Fields): IntermediateRecord {
		const checksums = this.#checksums.around({}, 'MAPPING', record.fields, mapped);
		return {
			recordId: record.recordId,
			originalFields: Object.freeze({ ...record.fields }),
			currentFields: mapped,
			targetSchema,
			stage: 'MAPPING',
			appliedRules: [],
			transformationLog: [],
			lineageId: record.lineageId,
			...(record.parentIds && { parentIds: record.parentIds }),
			classification: record.classification,
			...(checksums && { stageChecksums: checksums }),
			...traceFieldsOf(record),
			[JOURNAL]: record[JOURNAL],
			[STAGE]: record[STAGE],
		};
	}

	#failed(
		record: ValidatedRecord,
		targetSchema: string,
		mapping: string,
		code: MappingCode,
		message: string,
	): MappingOutcome {
		const failure: MappingFailure = {
			recordId: record.recordId,
			sourceFields: record.fields,
			targetSchema,
			failedMapping: mapping,
			errorCode: code,
			errorMessage: message,
			failureTimestamp: this.#runtime.timestamp(),
			lineageId: record.lineageId,
			...(record.parentIds && { parentIds: record.parentIds }),
			...traceFieldsOf(record),
			[JOURNAL]: record[JOURNAL],
			[STAGE]: record[STAGE],
		};
		return { failure };
	}
}

function startFields(record: ValidatedRecord, target: CompiledTarget): Record<string, FieldValue> {
	if (!target.declaration.passUnmapped) return {};
	const moved = new Set(target.mappings.flatMap((step) => (step.kind === 'DIRECT' ? step.sources : [])));
	const kept = Object.entries(record.fields).filter(([name]) => !moved.has(name));
	return Object.fromEntries(kept);
}

function runStep(
	step: MappingStep,
	read: (source: string) => FieldValue | undefined,
	mapped: Record<string, FieldValue>,
	scope: RecordScope,
): boolean {
	if (step.kind === 'DEFAULT' && isPresent(fieldOf(mapped, step.targets[0] ?? ''))) return false;
	const values = step.run(read);
	const sources = step.sources.map((source) => source.replace(/^@/, ''));
	let wrote = false;
	values.forEach((value, at) => {
		const name = step.targets[at];
		if (value === undefined || name === undefined) return;
		mapped[name] = value;
		scope.wrote(name, sources);
		wrote = true;
	});
	return wrote;
}

function codeOf(error: unknown): MappingCode {
	return error instanceof RuleError ? 'MAP_002_TYPE_INCOMPATIBLE' : 'MAP_999_UNKNOWN';
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
