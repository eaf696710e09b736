import { type Attributes, type AttributeValue, trace } from '@opentelemetry/api';
import { guarded } from '../instrumentation/following.ts';
import { attributeNamed, auditOnlyKeys, errorNamed, lookUpAttribute } from '../registry/define.ts';
import type { CodeDef, ErrorDef, NumberDef, TextDef } from '../registry/definitions.ts';
import { valueNamed } from '../registry/values.ts';
import { isSwitchedOn } from '../runtime/switches.ts';
import { telemetry } from '../runtime/telemetry.ts';
import { errorFacts, failSpan } from './failure-signal.ts';
import { nearestStage, type RecordPosition } from './record-position.ts';

const SHARED = 0;

/**
 * Adds attributes to what is running here: to the span that `withSpan` opened, else to the record's stage, else to the active span. A stage
 * takes attributes of the registry (`defineRegistry` adds a team's own); what only audit may show is written to no span. Never throws.
 */
export function annotate(attributes: Readonly<Attributes>): void {
	if (!isSwitchedOn(SHARED)) return;
	guarded('annotate', () => {
		const position = nearestStage();
		if (position !== undefined) return annotateStage(position, attributes);
		const hidden = auditOnlyKeys();
		const span = trace.getActiveSpan();
		for (const [key, value] of Object.entries(attributes))
			if (value !== undefined && !hidden.has(key)) span?.setAttribute(key, value);
	});
}

/**
 * Says that what is running here failed, for errors that are handled and not thrown on: the span or stage gets status and exception, once
 * for each error. A stage takes only errors with a code of the registry. Never throws.
 *
 * @param code what the registry knows the error as. @default the definition of `error.code`
 */
export function recordFailure(error: unknown, code?: ErrorDef): void {
	if (!isSwitchedOn(SHARED)) return;
	guarded('recordFailure', () => {
		const position = nearestStage();
		const span = trace.getActiveSpan();
		if (position === undefined) {
			if (span !== undefined) failSpan(span, error, code);
			return;
		}
		const known = code ?? errorNamed(errorFacts(error, code)?.name ?? '');
		if (known !== undefined) telemetry.tracer.fail(position.journal, position.stage, known, error);
	});
}

function annotateStage(position: RecordPosition, attributes: Readonly<Attributes>): void {
	for (const [key, value] of Object.entries(attributes)) {
		if (value !== undefined && value !== null) annotateOne(position, key, value);
	}
}

function annotateOne({ journal, stage }: RecordPosition, key: string, value: AttributeValue): void {
	const { tracer } = telemetry;
	const definition = attributeNamed(key);
	const named = definition === undefined ? undefined : lookUpAttribute(definition);
	if (definition === undefined || named === undefined) return;
	switch (named.entry.type) {
		case 'number':
		case 'boolean':
			if (typeof value === 'number' || typeof value === 'boolean')
				tracer.setNumber(journal, stage, definition as NumberDef, Number(value));
			return;
		case 'code': {
			const code = valueNamed(String(value));
			if (code !== undefined) tracer.setCode(journal, stage, definition as CodeDef, code);
			return;
		}
		default:
			for (const text of Array.isArray(value) ? value : [value])
				tracer.setText(journal, stage, definition as TextDef, String(text));
	}
}
