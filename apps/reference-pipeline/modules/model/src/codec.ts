/** Something that is not a value of the wire format. */
export class CodecError extends Error {
	readonly code = 'CODEC_INVALID';
	readonly path: string;

	constructor(path: string, problem: string) {
		super(`${path === '' ? 'value' : path}: ${problem}`);
		this.name = 'CodecError';
		this.path = path;
	}
}

export interface CodecLimits {
	/** @default 64 */
	readonly maxDepth?: number;
	/** Objects, arrays and values in one message. @default 5_000_000 */
	readonly maxNodes?: number;
}

/** Properties whose keys are data: never re-cased. */
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
	'parameters',
	'stageTimingsMs',
	'stageChecksums',
]);
const BYTES = new Set(['rawBytes', 'renderedContent', 'binaryValue', 'value']);
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Plain JSON with snake_case names: bytes as base64, 64-bit integers as decimal strings. Symbol properties are left out. */
export function toWire(value: unknown): unknown {
	return encode(value, false);
}

function encode(value: unknown, isMap: boolean): unknown {
	if (typeof value === 'bigint') return value.toString();
	if (value instanceof Uint8Array)
		return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
	if (Array.isArray(value)) return value.map((entry) => encode(entry, false));
	if (typeof value !== 'object' || value === null) return value;
	const wire: Record<string, unknown> = {};
	for (const [key, entry] of Object.entries(value)) {
		if (entry === undefined) continue;
		set(wire, isMap ? key : snake(key), encode(entry, MAPS.has(key) && !isMap));
	}
	return wire;
}

/**
 * The structure behind plain JSON, with camelCase names.
 *
 * @throws CodecError on anything that is not JSON data, too deep, too large, or named to reach a prototype
 */
export function fromWire(value: unknown, { maxDepth = 64, maxNodes = 5_000_000 }: CodecLimits = {}): unknown {
	return new Decoder(maxDepth, maxNodes).decode(value, '', '', false, 0);
}

class Decoder {
	readonly #maxDepth: number;
	#nodesLeft: number;

	constructor(maxDepth: number, maxNodes: number) {
		this.#maxDepth = maxDepth;
		this.#nodesLeft = maxNodes;
	}

	decode(value: unknown, path: string, name: string, isMap: boolean, depth: number): unknown {
		if (--this.#nodesLeft < 0) throw new CodecError(path, 'the message has too many values');
		if (depth > this.#maxDepth) throw new CodecError(path, `nested deeper than ${this.#maxDepth}`);
		if (typeof value === 'string') return decodeText(value, path, name);
		if (value === null || typeof value === 'boolean') return value;
		if (typeof value === 'number') {
			if (name === 'integerValue') return decodeInteger(String(value), path);
			return value;
		}
		if (Array.isArray(value))
			return value.map((entry, at) => this.decode(entry, `${path}[${at}]`, '', false, depth + 1));
		if (typeof value !== 'object') throw new CodecError(path, `${typeof value} is not JSON`);
		const decoded: Record<string, unknown> = {};
		for (const [key, entry] of Object.entries(value)) {
			const property = isMap ? key : camel(key);
			if (FORBIDDEN.has(property)) {
				if (!isMap) throw new CodecError(path, `the name ${property} is not allowed`);
			}
			const childIsMap = !isMap && MAPS.has(property);
			set(
				decoded,
				property,
				this.decode(entry, path === '' ? key : `${path}.${key}`, isMap ? '' : property, childIsMap, depth + 1),
			);
		}
		return decoded;
	}
}

function decodeText(value: string, path: string, name: string): unknown {
	if (name === 'integerValue') return decodeInteger(value, path);
	if (!BYTES.has(name)) return value;
	const bytes = Buffer.from(value, 'base64');
	if (bytes.toString('base64') !== value) throw new CodecError(path, 'not base64');
	return new Uint8Array(bytes);
}

function decodeInteger(value: string, path: string): bigint {
	if (!/^-?\d{1,19}$/.test(value)) throw new CodecError(path, 'not a 64-bit integer');
	const integer = BigInt(value);
	if (BigInt.asIntN(64, integer) !== integer) throw new CodecError(path, 'not a 64-bit integer');
	return integer;
}

/** As an own property, whatever its name. */
function set(target: Record<string, unknown>, key: string, value: unknown): void {
	if (key === '__proto__')
		Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
	else target[key] = value;
}

const snakes = new Map<string, string>();
const camels = new Map<string, string>();
const MAX_CACHED = 1_000;

function snake(name: string): string {
	return cached(snakes, name, (text) => text.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

function camel(name: string): string {
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
