const MAX_KEYS = 64;
const MAX_VALUE = 1_024;
const MAX_STACK = 8_192;
const MAX_DEPTH = 4;
const KEY = /^[a-z][a-z0-9_.]{0,127}$/;
const CUT = '...';
export const STACK = 'exception.stacktrace';

export type Dimensions = Record<string, string | number | boolean>;

/** What a module adds to a line, flat: `{ rule: { id: 'VR01' } }` is `rule.id`. At most 64 keys; names that are no dimension's are left out. */
export function flatDimensions(added: object, reserved: ReadonlySet<string>): Dimensions {
	const flat: Dimensions = {};
	addAll(flat, '', added, reserved, 0);
	return flat;
}

function addAll(flat: Dimensions, prefix: string, added: object, reserved: ReadonlySet<string>, depth: number): void {
	// Not Object.entries: one property that throws when it is read leaves the others.
	for (const name of Object.keys(added)) {
		if (Object.keys(flat).length >= MAX_KEYS) return;
		const key = prefix === '' ? name : `${prefix}.${name}`;
		if (!KEY.test(key) || reserved.has(key)) continue;
		addOne(flat, key, propertyOf(added, name), reserved, depth);
	}
}

function addOne(flat: Dimensions, key: string, value: unknown, reserved: ReadonlySet<string>, depth: number): void {
	if (value === undefined || value === null || typeof value === 'function' || typeof value === 'symbol') return;
	if (typeof value === 'number' || typeof value === 'boolean') flat[key] = value;
	else if (typeof value === 'string' || typeof value === 'bigint') flat[key] = cut(String(value), key);
	else if (Array.isArray(value)) flat[key] = cut(value.slice(0, MAX_KEYS).filter(isPlain).join(','), key);
	else if (value instanceof Date) flat[key] = Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString();
	else if (depth < MAX_DEPTH) addAll(flat, key, value as object, reserved, depth + 1);
}

const isPlain = (value: unknown) => ['string', 'number', 'boolean', 'bigint'].includes(typeof value);

function propertyOf(added: object, name: string): unknown {
	try {
		return (added as Record<string, unknown>)[name];
	} catch {
		return undefined;
	}
}

/** At most what a dimension may hold. */
export function cut(text: string, key: string): string {
	const max = key === STACK ? MAX_STACK : MAX_VALUE;
	return text.length <= max ? text : `${text.slice(0, max - CUT.length)}${CUT}`;
}
