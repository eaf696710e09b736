import { stringValue } from '@pipeline/model';
import * as v from 'valibot';
import { byField } from './names.ts';
import type { Step } from './step.ts';
import { textField } from './text-field.ts';

const fill = v.pipe(v.string(), v.minLength(1), v.maxLength(16));

const format = v.pipe(
	v.strictObject({
		trim: v.optional(v.picklist(['BOTH', 'START', 'END', 'NONE']), 'BOTH'),
		padLeft: v.optional(fill),
		padRight: v.optional(fill),
		targetLength: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
	}),
	v.check((f) => !(f.padLeft && f.padRight), 'padLeft and padRight exclude each other'),
	v.check((f) => !(f.padLeft || f.padRight) || f.targetLength !== undefined, 'padding needs targetLength'),
);

type Format = v.InferOutput<typeof format>;

/** Config of TR04. `targetLength` counts code points; longer text is kept whole. */
export const trimPadConfig = v.strictObject({ fieldFormatting: byField(format) });

/** Trims white space, then pads to a length. */
export function trimPad(config: v.InferOutput<typeof trimPadConfig>): Step[] {
	return Object.entries(config.fieldFormatting).map(([field, how]) => ({
		target: field,
		sources: [field],
		run(fields) {
			const text = textField(fields, field);
			if (text !== undefined) fields.set(field, stringValue(padded(trimmed(text, how), how)));
		},
	}));
}

function trimmed(text: string, { trim }: Format): string {
	if (trim === 'BOTH') return text.trim();
	if (trim === 'START') return text.trimStart();
	return trim === 'END' ? text.trimEnd() : text;
}

function padded(text: string, { padLeft, padRight, targetLength = 0 }: Format): string {
	const missing = targetLength - [...text].length;
	const filling = padLeft ?? padRight;
	if (filling === undefined || missing <= 0) return text;
	const unit = [...filling];
	const pad = Array.from({ length: missing }, (_, at) => unit[at % unit.length]).join('');
	return padLeft === undefined ? text + pad : pad + text;
}
