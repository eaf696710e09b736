import { createHash } from 'node:crypto';
import { stringValue } from '@pipeline/model';
import * as v from 'valibot';
import { textOf } from '../fields/text.ts';
import { fieldName } from './names.ts';
import type { Step } from './step.ts';

const ALGORITHMS = { SHA256: 'sha256', SHA512: 'sha512', MD5: 'md5' } as const;

/** Config of TR16. */
export const hashConfig = v.strictObject({
	hashRules: v.array(
		v.strictObject({
			target: fieldName,
			sourceFields: v.pipe(v.array(fieldName), v.minLength(1), v.maxLength(100)),
			algorithm: v.optional(v.picklist(['SHA256', 'SHA512', 'MD5']), 'SHA256'),
		}),
	),
});

/** Lower-case hex digest of the texts of the fields, joined by `|`; a null counts as empty text. */
export function hash(config: v.InferOutput<typeof hashConfig>): Step[] {
	return config.hashRules.map((rule) => ({
		target: rule.target,
		sources: rule.sourceFields,
		run(fields) {
			const joined = rule.sourceFields.map((name) => textOf(fields.get(name)) ?? '').join('|');
			fields.set(rule.target, stringValue(createHash(ALGORITHMS[rule.algorithm]).update(joined).digest('hex')));
		},
	}));
}
