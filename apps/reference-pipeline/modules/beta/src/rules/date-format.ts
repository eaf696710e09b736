import { datetimeValue, type FieldValue, stringValue } from '@pipeline/model';
import { DateTime, IANAZone } from 'luxon';
import * as v from 'valibot';
import { RuleError } from '../errors/rule-error.ts';
import { isoMicros } from '../fields/datetime.ts';
import { isPresent } from '../fields/field-of.ts';
import { textOf } from '../fields/text.ts';
import { byField } from './names.ts';
import type { Step } from './step.ts';

/** An IANA time zone name such as `Europe/Madrid`. */
export const timeZone = v.pipe(
	v.string(),
	v.check((name) => IANAZone.isValidZone(name), 'not an IANA time zone'),
);

const format = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

const dateFormat = v.strictObject({
	inputFormats: v.pipe(v.array(format), v.minLength(1), v.maxLength(50)),
	outputFormat: v.optional(format),
	timezone: v.optional(timeZone, 'UTC'),
});

/**
 * Config of TR08. Formats are Luxon tokens, or `ISO`, `EPOCH_S`, `EPOCH_MS`. `timezone` is where texts without an
 * offset are read and where `outputFormat` is written.
 */
export const dateFormatConfig = v.strictObject({ dateFormats: byField(dateFormat) });

/** Reads a date by the first format that fits; writes a DATETIME in UTC, or text when `outputFormat` is given. */
export function dateFormatting(config: v.InferOutput<typeof dateFormatConfig>): Step[] {
	return Object.entries(config.dateFormats).map(([field, rule]) => ({
		target: field,
		sources: [field],
		run(fields) {
			const value = fields.get(field);
			if (isPresent(value)) fields.set(field, normalised(value, rule));
		},
	}));
}

function normalised(value: FieldValue, rule: v.InferOutput<typeof dateFormat>): FieldValue {
	const text = textOf(value) ?? '';
	const format = value.fieldType === 'DATETIME' ? 'ISO' : firstFit(text, rule.inputFormats, rule.timezone);
	const date = read(text, format, rule.timezone);
	// Only ISO texts have their fraction where the missing digits are looked for.
	if (rule.outputFormat === undefined) return datetimeValue(isoMicros(date, format === 'ISO' ? text : ''));
	return stringValue(date.setZone(rule.timezone).setLocale('en').toFormat(rule.outputFormat));
}

function firstFit(text: string, formats: readonly string[], zone: string): string {
	const format = formats.find((name) => read(text, name, zone).isValid);
	if (format === undefined) throw new RuleError('TRX_004_DATE_PARSE', 'no input format fits', text);
	return format;
}

function read(text: string, name: string, zone: string): DateTime {
	if (name === 'ISO') return DateTime.fromISO(text, { zone });
	if (name === 'EPOCH_S' || name === 'EPOCH_MS') return readEpoch(text, name === 'EPOCH_S' ? 1000 : 1);
	return DateTime.fromFormat(text, name, { zone, locale: 'en' });
}

function readEpoch(text: string, factor: number): DateTime {
	if (!/^-?\d{1,16}(\.\d+)?$/.test(text)) return DateTime.invalid('not a number');
	return DateTime.fromMillis(Math.round(Number(text) * factor), { zone: 'utc' });
}
