import { isDeepStrictEqual } from 'node:util';
import { type Fields, type FieldValue, nullValue, type TransformationLogEntry } from '@pipeline/model';

/** The fields of one record while rules change them; every real change becomes an entry of the transformation log. */
export class FieldEditor {
	readonly fields: Record<string, FieldValue>;
	readonly log: TransformationLogEntry[];
	readonly #timestamp: string;
	#ruleId = '';
	#operation = '';

	/** Works on copies: the given fields and log stay as they are. */
	constructor(fields: Fields, log: readonly TransformationLogEntry[], timestamp: string) {
		this.fields = { ...fields };
		this.log = [...log];
		this.#timestamp = timestamp;
	}

	/** Names the rule that makes the changes from now on. */
	begin(ruleId: string, operation: string): void {
		this.#ruleId = ruleId;
		this.#operation = operation;
	}

	get(name: string): FieldValue | undefined {
		return Object.hasOwn(this.fields, name) ? this.fields[name] : undefined;
	}

	set(name: string, value: FieldValue): void {
		const previous = this.get(name);
		if (previous !== undefined && isDeepStrictEqual(previous, value)) return;
		this.fields[name] = value;
		this.#record(name, previous, value);
	}

	setNull(name: string): void {
		this.set(name, nullValue);
	}

	remove(name: string): void {
		const previous = this.get(name);
		if (previous === undefined) return;
		delete this.fields[name];
		this.#record(name, previous, undefined);
	}

	#record(fieldName: string, previous: FieldValue | undefined, next: FieldValue | undefined): void {
		this.log.push({
			timestamp: this.#timestamp,
			ruleId: this.#ruleId,
			fieldName,
			operation: this.#operation,
			previousValue: previous ?? null,
			newValue: next ?? null,
		});
	}
}
