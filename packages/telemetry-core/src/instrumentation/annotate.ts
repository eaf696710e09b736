// Hot path: several calls per stage.
import type { Journal, RecordTracer, Stage } from '../journal/tracer.ts';
import type { CodeDef, NumberDef, TextDef } from '../registry/definitions.ts';
import { valueNamed } from '../registry/values.ts';

/** Sets a text when there is one. */
export function setText(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	key: TextDef,
	value: string | null | undefined,
): void {
	if (typeof value === 'string') tracer.setText(journal, stage, key, value);
	else if (value !== undefined && value !== null) tracer.setText(journal, stage, key, String(value));
}

/** Sets a number when there is one. */
export function setNumber(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	key: NumberDef,
	value: number | null | undefined,
): void {
	if (value !== undefined && value !== null) tracer.setNumber(journal, stage, key, value);
}

/** Sets a code when there is one that the registry knows. */
export function setCode(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	key: CodeDef,
	value: string | null | undefined,
): void {
	const definition = value === undefined || value === null ? undefined : valueNamed(value);
	if (definition !== undefined) tracer.setCode(journal, stage, key, definition);
}

/** Adds each element of a list. */
export function setList(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	key: TextDef,
	values: Iterable<string> | undefined,
): void {
	for (const value of values ?? []) tracer.setText(journal, stage, key, value);
}
