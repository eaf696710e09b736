import { type Attributes, OtlpMap, type OtlpValue } from '../../otlp/otlp-types.ts';

/** Characters that the Collector's JSON does not have as they are. */
const ESCAPED = /[<>&\u2028\u2029]/g;
const SERVICE_NAME = 'service.name';

/** A value as the text that the Collector's exporter writes: lists and maps as JSON, bytes in base64, nothing for no value. */
export function valueText(value: OtlpValue): string {
	switch (typeof value) {
		case 'string':
			return value;
		case 'number':
			return numberText(value);
		case 'undefined':
			return '';
		case 'object':
			return value instanceof Uint8Array ? base64(value) : json(value);
		default:
			return String(value);
	}
}

/** Attributes by key, as text; of a key that stands there twice the last. */
export function attributeTexts(attributes: Attributes): Readonly<Record<string, string>> {
	return Object.fromEntries(attributes.map(([key, value]) => [key, valueText(value)]));
}

/** Empty when the resource does not say. */
export function serviceNameOf(attributes: Attributes): string {
	const found = attributes.find(([key]) => key === SERVICE_NAME);
	return found === undefined ? '' : valueText(found[1]);
}

function numberText(value: number): string {
	if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
	return `json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`;
}

const base64 = (bytes: Uint8Array): string =>
	Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/** Keys in order, as the Collector writes them; nothing at all when a number in it has no JSON. */
function json(value: OtlpValue): string {
	const parts: string[] = [];
	return writeJson(value, parts) ? parts.join('').replace(ESCAPED, escapedCharacter) : '';
}

function writeJson(value: OtlpValue, parts: string[]): boolean {
	if (value instanceof OtlpMap) return writeMap(value, parts);
	if (Array.isArray(value)) return writeList(value as readonly OtlpValue[], parts);
	if (typeof value === 'number' && !Number.isFinite(value)) return false;
	if (value === undefined) parts.push('null');
	else if (typeof value === 'string') parts.push(JSON.stringify(value));
	else if (value instanceof Uint8Array) parts.push(`"${base64(value)}"`);
	else parts.push(valueText(value));
	return true;
}

function writeList(values: readonly OtlpValue[], parts: string[]): boolean {
	parts.push('[');
	for (const [index, value] of values.entries()) {
		if (index > 0) parts.push(',');
		if (!writeJson(value, parts)) return false;
	}
	parts.push(']');
	return true;
}

function writeMap({ entries }: OtlpMap, parts: string[]): boolean {
	const sorted = [...new Map(entries)].sort(([one], [other]) => (one < other ? -1 : 1));
	parts.push('{');
	for (const [index, [key, value]] of sorted.entries()) {
		parts.push(index > 0 ? ',' : '', JSON.stringify(key), ':');
		if (!writeJson(value, parts)) return false;
	}
	parts.push('}');
	return true;
}

const escapedCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
