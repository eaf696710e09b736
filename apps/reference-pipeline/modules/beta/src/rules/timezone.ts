import { stringValue } from '@pipeline/model';
import * as v from 'valibot';
import { RuleError } from '../errors/rule-error.ts';
import { instantOf } from '../fields/datetime.ts';
import { isPresent } from '../fields/field-of.ts';
import { timeZone } from './date-format.ts';
import { byField } from './names.ts';
import type { Step } from './step.ts';

/** Config of TR09: IANA zones. */
export const timezoneConfig = v.strictObject({
	timezoneConversions: byField(v.strictObject({ source: timeZone, target: timeZone })),
});

/**
 * Rewrites a time as ISO 8601 text with the offset that the target zone has at that instant. Text without an offset
 * is read in the source zone; in the hour that a clock change skips, the offset from before the change counts.
 */
export function timezoneConversion(config: v.InferOutput<typeof timezoneConfig>): Step[] {
	return Object.entries(config.timezoneConversions).map(([field, { source, target }]) => ({
		target: field,
		sources: [field],
		run(fields) {
			const value = fields.get(field);
			if (!isPresent(value)) return;
			if (value.fieldType !== 'DATETIME' && value.fieldType !== 'STRING') {
				throw new RuleError('TRX_008_RULE_CONFIG', `${field} is ${value.fieldType}, not a time`);
			}
			const text = value.fieldType === 'STRING' ? value.stringValue : value.datetimeValue;
			const date = instantOf(text, source).setZone(target);
			fields.set(field, stringValue(date.toISO({ suppressMilliseconds: true }) ?? ''));
		},
	}));
}
