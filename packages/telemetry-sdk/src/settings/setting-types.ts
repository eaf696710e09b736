/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a setting may be. */
export interface SettingType<T> {
	/** In words. */
	readonly allowed: string;
	/** In JSON Schema: what `accept` accepts from a manifest, and nothing else. */
	readonly schema: JsonSchema;
	/** Its values are not repeated in messages. */
	readonly isSecret?: boolean;
	/** @returns undefined for what is not allowed */
	readonly accept: (value: unknown) => T | undefined;
	/** The value that an environment variable's text stands for; not yet accepted. */
	readonly read: (text: string) => unknown;
}

const MAX_TEXT = 1_024;
const MAX_ENTRIES = 128;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const PRINTABLE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
const URL_PATTERN = '^https?://[^/?#@\\s]+([/?#][^\\s]*)?$';
const NAME_PATTERN = '^[a-z][a-z0-9_-]*$';

const isText = (value: unknown, minLength = 1): value is string =>
	typeof value === 'string' && value.length >= minLength && value.length <= MAX_TEXT;

export const boolean: SettingType<boolean> = {
	allowed: 'true, false',
	schema: { type: 'boolean' },
	accept: (value) => (typeof value === 'boolean' ? value : undefined),
	read: (text) => {
		const word = text.toLowerCase();
		return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : text;
	},
};

export const text: SettingType<string> = {
	allowed: `text of 1 to ${MAX_TEXT} characters`,
	schema: { type: 'string', minLength: 1, maxLength: MAX_TEXT },
	accept: (value) => (isText(value) ? value : undefined),
	read: (given) => given,
};

/** A number within bounds, both of them included. */
export function number(min: number, max: number): SettingType<number> {
	return numeric('number', min, max, () => true);
}

/** A whole number within bounds, both of them included. */
export function integer(min: number, max: number): SettingType<number> {
	return numeric('integer', min, max, Number.isInteger);
}

function numeric(type: string, min: number, max: number, isOfType: (value: number) => boolean): SettingType<number> {
	return {
		allowed: `${min} to ${max}`,
		schema: { type, minimum: min, maximum: max },
		accept: (value) =>
			typeof value === 'number' && value >= min && value <= max && isOfType(value) ? value : undefined,
		read: (given) => (given === '' ? given : Number(given)),
	};
}

/** One of some words. `read` says how they are spelled in the environment. */
export function choice<const T extends string>(
	values: readonly T[],
	read: (text: string) => string = (given) => given,
): SettingType<T> {
	return {
		allowed: values.join(', '),
		schema: { enum: values },
		accept: (value) => values.find((one) => one === value),
		read,
	};
}

/** One of some words, several of them, or `none` alone, which is an empty list; a comma between them in the environment. */
export function several<const T extends string>(values: readonly T[], none: string): SettingType<readonly T[]> {
	const isOne = (value: unknown): value is T => values.some((one) => one === value);
	return {
		allowed: `${values.join(', ')}, several of them, ${none}`,
		schema: {
			anyOf: [{ enum: [...values, none] }, { type: 'array', items: { enum: values }, minItems: 1, uniqueItems: true }],
		},
		accept(value) {
			if (value === none) return [];
			if (isOne(value)) return [value];
			if (!Array.isArray(value) || value.length === 0 || new Set(value).size < value.length) return undefined;
			return value.every(isOne) ? value : undefined;
		},
		read(given) {
			const words = given.split(',').map((word) => word.trim());
			return words.length === 1 ? words[0] : words;
		},
	};
}

/** Names; a comma between them in the environment. */
export const names: SettingType<readonly string[]> = {
	allowed: 'names, such as alpha,beta',
	schema: { type: 'array', items: { type: 'string', pattern: NAME_PATTERN, maxLength: 64 }, maxItems: MAX_ENTRIES },
	accept: (value) =>
		Array.isArray(value) && value.length <= MAX_ENTRIES && value.every(isName) ? (value as string[]) : undefined,
	read: (given) => given.split(',').map((name) => name.trim()),
};

const isName = (value: unknown): boolean =>
	typeof value === 'string' && value.length <= 64 && new RegExp(NAME_PATTERN).test(value);

/** An address to send to. A password has no place in it: it would be in messages and in process lists. */
export const url: SettingType<string> = {
	allowed: 'an http:// or https:// URL without a user in it',
	isSecret: true,
	schema: { type: 'string', pattern: URL_PATTERN, maxLength: MAX_TEXT },
	accept: (value) => (isText(value) && new RegExp(URL_PATTERN).test(value) && URL.canParse(value) ? value : undefined),
	read: (given) => given,
};

/** `key=value` pairs, percent-encoded, a comma between them. @see https://opentelemetry.io/docs/specs/otel/resource/sdk/ */
export const attributes: SettingType<Readonly<Record<string, string>>> = {
	allowed: 'texts by name, such as key=value,other=value',
	schema: {
		type: 'object',
		propertyNames: { minLength: 1, maxLength: MAX_TEXT },
		additionalProperties: { type: 'string', maxLength: MAX_TEXT },
		maxProperties: MAX_ENTRIES,
	},
	accept: (value) => acceptEntries(value, (key, entry) => isText(key) && isText(entry, 0)),
	read: readEntries,
};

/** The same for headers of requests. */
export const headers: SettingType<Readonly<Record<string, string>>> = {
	allowed: 'headers, such as authorization=Bearer%20…',
	isSecret: true,
	schema: {
		type: 'object',
		propertyNames: { pattern: HEADER_NAME.source, maxLength: MAX_TEXT },
		additionalProperties: { type: 'string', pattern: PRINTABLE.source, maxLength: 8_192 },
		maxProperties: MAX_ENTRIES,
	},
	accept: (value) =>
		acceptEntries(
			value,
			(key, entry) =>
				isText(key) &&
				HEADER_NAME.test(key) &&
				typeof entry === 'string' &&
				entry.length <= 8_192 &&
				PRINTABLE.test(entry),
		),
	read: readEntries,
};

function acceptEntries(
	value: unknown,
	isAllowed: (key: string, entry: unknown) => boolean,
): Readonly<Record<string, string>> | undefined {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
	const entries = Object.entries(value);
	if (entries.length > MAX_ENTRIES || !entries.every(([key, entry]) => isAllowed(key, entry))) return undefined;
	return Object.fromEntries(entries) as Record<string, string>;
}

function readEntries(given: string): unknown {
	const entries: [string, string][] = [];
	for (const pair of given.split(',')) {
		if (pair.trim() === '') continue;
		const at = pair.indexOf('=');
		if (at < 1) return given;
		try {
			entries.push([decodeURIComponent(pair.slice(0, at).trim()), decodeURIComponent(pair.slice(at + 1).trim())]);
		} catch {
			return given;
		}
	}
	return Object.fromEntries(entries);
}
