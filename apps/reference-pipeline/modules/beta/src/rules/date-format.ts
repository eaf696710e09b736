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
	return Object.entries(config.dateFormats).map(([field, rule]) => {
		const readers = rule.inputFormats.map((format) => readerOf(format, rule.timezone));
		return {
			target: field,
			sources: [field],
			run(fields) {
				const value = fields.get(field);
				if (isPresent(value)) fields.set(field, normalised(value, readers, rule));
			},
		};
	});
}

interface Reader {
	/** Whether texts have their fraction where the digits beyond milliseconds are looked for. */
	readonly isIso: boolean;
	readonly read: (text: string) => DateTime;
}

const ISO_UTC: Reader = { isIso: true, read: (text) => DateTime.fromISO(text, { zone: 'utc' }) };

function normalised(
	value: FieldValue,
	readers: readonly Reader[],
	{ outputFormat, timezone }: v.InferOutput<typeof dateFormat>,
): FieldValue {
	const text = textOf(value) ?? '';
	for (const { isIso, read } of value.fieldType === 'DATETIME' ? [ISO_UTC] : readers) {
		const date = read(text);
		if (!date.isValid) continue;
		if (outputFormat === undefined) return datetimeValue(isoMicros(date, isIso ? text : ''));
		return stringValue(date.setZone(timezone).setLocale('en').toFormat(outputFormat));
	}
	throw new RuleError('TRX_004_DATE_PARSE', 'no input format fits', text);
}

function readerOf(format: string, zone: string): Reader {
	if (format === 'ISO') return { isIso: true, read: (text) => DateTime.fromISO(text, { zone }) };
	if (format === 'EPOCH_S') return { isIso: false, read: (text) => readEpoch(text, 1000) };
	if (format === 'EPOCH_MS') return { isIso: false, read: (text) => readEpoch(text, 1) };
	// Taking a format apart costs more than reading a date with it.
	const parser = DateTime.buildFormatParser(format, { locale: 'en' });
	return { isIso: false, read: (text) => DateTime.fromFormatParser(text, parser, { zone, locale: 'en' }) };
}

function readEpoch(text: string, factor: number): DateTime {
	if (!/^-?\d{1,16}(\.\d+)?$/.test(text)) return DateTime.invalid('not a number');
	return DateTime.fromMillis(Math.round(Number(text) * factor), { zone: 'utc' });
}
