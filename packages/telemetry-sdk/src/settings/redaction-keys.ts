import { parseRedactionKeys, type RedactionKey } from '../redaction/redaction-options.ts';
import type { SettingType } from './setting-types.ts';

const MAX_KEYS = 16;

/** Keys of hashed names: `id:secret`, commas between them in the environment. */
export const redactionKeys: SettingType<readonly RedactionKey[]> = {
	allowed: 'id:secret, ids of 1 to 16 of a-z and 0-9, secrets of 16 characters or more, no id twice',
	isSecret: true,
	schema: {
		type: 'array',
		minItems: 1,
		maxItems: MAX_KEYS,
		items: {
			type: 'object',
			properties: {
				id: { type: 'string', pattern: '^[a-z\\d]{1,16}$' },
				secret: { type: 'string', minLength: 16, maxLength: 1_024, pattern: '^[^,]*$' },
			},
			required: ['id', 'secret'],
			additionalProperties: false,
		},
	},
	accept: (value) =>
		Array.isArray(value) && value.length > 0 && value.length <= MAX_KEYS ? accepted(value) : undefined,
	read: (text) => {
		try {
			return parseRedactionKeys(text);
		} catch {
			return text;
		}
	},
};

function accepted(keys: readonly unknown[]): readonly RedactionKey[] | undefined {
	const isKey = (key: unknown): key is RedactionKey => {
		const { id, secret } = (key ?? {}) as Partial<RedactionKey>;
		return typeof id === 'string' && typeof secret === 'string' && !secret.includes(',') && secret.length <= 1_024;
	};
	if (!keys.every(isKey)) return undefined;
	try {
		return parseRedactionKeys(keys.map(({ id, secret }) => `${id}:${secret}`).join(','));
	} catch {
		return undefined;
	}
}
