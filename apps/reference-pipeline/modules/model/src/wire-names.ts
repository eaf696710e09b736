/** How the content of a property is named: a structure, a map whose keys are data, or JSON left as it is. */
export type Content = 'STRUCTURE' | 'MAP' | 'JSON';

const MAPS = new Set([
	'fields',
	'originalFields',
	'currentFields',
	'sourceFields',
	'inputFields',
	'intermediateState',
	'partialResult',
	'mapValue',
	'baggage',
	'dimensions',
	'sourceMetadata',
	'errorBreakdown',
	'context',
	'routingContext',
	'stageTimingsMs',
	'stageChecksums',
	'moduleStatuses',
	'moduleHealth',
	'details',
	'metrics',
	'outputs',
]);

const BYTES = new Set(['rawBytes', 'renderedContent', 'binaryValue', 'value']);

/** How the content of a property is named. Only an IntegrationError has a `context` that is a structure. */
export function contentOf(property: string, isInIntegrationError: boolean): Content {
	if (property === 'parameters') return 'JSON';
	if (property === 'context' && isInIntegrationError) return 'STRUCTURE';
	return MAPS.has(property) ? 'MAP' : 'STRUCTURE';
}

/** Whether a property holds bytes, base64 on the wire. */
export function holdsBytes(property: string): boolean {
	return BYTES.has(property);
}

const snakes = new Map<string, string>();
const camels = new Map<string, string>();
const MAX_CACHED = 1_000;

/** `recordId` -> `record_id`. */
export function snakeCase(name: string): string {
	return cached(snakes, name, (text) => text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** `record_id` -> `recordId`. */
export function camelCase(name: string): string {
	return cached(camels, name, (text) => text.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()));
}

// Names of structures are few; hostile ones must not fill the cache.
function cached(cache: Map<string, string>, name: string, make: (name: string) => string): string {
	const known = cache.get(name);
	if (known !== undefined) return known;
	const made = make(name);
	if (cache.size < MAX_CACHED) cache.set(name, made);
	return made;
}

/** Sets an own property, whatever its name: `__proto__` included. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
	if (key === '__proto__') {
		Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
	} else {
		target[key] = value;
	}
}
