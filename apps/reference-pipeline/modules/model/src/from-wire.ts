// Hot path: runs for every value of every record that enters a process.
import { CodecError, type CodecLimits, DEFAULT_MAX_DEPTH } from './codec-error.ts';
import { type Content, camelCase, contentOf, holdsBytes, setOwn } from './wire-names.ts';

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Doubles that JSON has no number for. */
const SPECIAL_FLOATS: Readonly<Record<string, number>> = {
	NaN: Number.NaN,
	Infinity: Number.POSITIVE_INFINITY,
	'-Infinity': Number.NEGATIVE_INFINITY,
	'-0': -0,
};

/**
 * The structure behind plain JSON, with camelCase names.
 * @throws CodecError on anything that is not JSON data, too deep, too large, named twice, or named to reach a prototype
 */
export function fromWire(value: unknown, limits: CodecLimits = {}): unknown {
	const { maxDepth = DEFAULT_MAX_DEPTH, maxNodes = 5_000_000 } = limits;
	return new Decoder(maxDepth, maxNodes).decode(value, '', '', 'STRUCTURE', 0);
}

class Decoder {
	readonly #maxDepth: number;
	#nodesLeft: number;

	constructor(maxDepth: number, maxNodes: number) {
		this.#maxDepth = maxDepth;
		this.#nodesLeft = maxNodes;
	}

	decode(value: unknown, path: string, name: string, content: Content, depth: number): unknown {
		if (--this.#nodesLeft < 0) throw new CodecError(path, 'the message has too many values');
		switch (typeof value) {
			case 'string':
				return decodeText(value, path, name);
			case 'boolean':
				return value;
			case 'number':
				return name === 'integerValue' ? decodeSafeInteger(value, path) : value;
			case 'object':
				return value === null ? null : this.#decodeObject(value, path, content, depth);
			default:
				throw new CodecError(path, `${typeof value} is not JSON`);
		}
	}

	#decodeObject(value: object, path: string, content: Content, depth: number): unknown {
		if (depth > this.#maxDepth) throw new CodecError(path, `nested deeper than ${this.#maxDepth}`);
		const inner = content === 'JSON' ? 'JSON' : 'STRUCTURE';
		if (Array.isArray(value))
			return value.map((entry, at) => this.decode(entry, `${path}[${at}]`, '', inner, depth + 1));
		if (content === 'STRUCTURE') return this.#decodeStructure(value, path, depth);
		const decoded: Record<string, unknown> = {};
		for (const [key, entry] of Object.entries(value)) {
			setOwn(decoded, key, this.decode(entry, below(path, key), '', inner, depth + 1));
		}
		return decoded;
	}

	#decodeStructure(value: object, path: string, depth: number): unknown {
		const isIntegrationError = Object.hasOwn(value, 'error_id');
		const decoded: Record<string, unknown> = {};
		for (const [key, entry] of Object.entries(value)) {
			const property = camelCase(key);
			if (FORBIDDEN.has(property)) throw new CodecError(path, `the name ${property} is not allowed`);
			if (Object.hasOwn(decoded, property)) throw new CodecError(path, `${property} is there twice`);
			const content = contentOf(property, isIntegrationError);
			decoded[property] = this.decode(entry, below(path, key), property, content, depth + 1);
		}
		return decoded;
	}
}

function below(path: string, key: string): string {
	return path === '' ? key : `${path}.${key}`;
}

function decodeText(value: string, path: string, name: string): unknown {
	if (name === 'integerValue') return decodeInteger(value, path);
	if (name === 'floatValue') return decodeFloat(value, path);
	if (!holdsBytes(name)) return value;
	const bytes = Buffer.from(value, 'base64');
	if (bytes.toString('base64') !== value) throw new CodecError(path, 'not base64');
	return new Uint8Array(bytes);
}

function decodeSafeInteger(value: number, path: string): bigint {
	if (!Number.isSafeInteger(value)) throw new CodecError(path, 'not an integer that a JSON number holds exactly');
	return BigInt(value);
}

function decodeInteger(value: string, path: string): bigint {
	if (!/^-?\d{1,19}$/.test(value)) throw new CodecError(path, 'not a 64-bit integer');
	const integer = BigInt(value);
	if (BigInt.asIntN(64, integer) !== integer) throw new CodecError(path, 'not a 64-bit integer');
	return integer;
}

function decodeFloat(value: string, path: string): number {
	const float = Object.hasOwn(SPECIAL_FLOATS, value) ? SPECIAL_FLOATS[value] : undefined;
	if (float === undefined) throw new CodecError(path, 'not a number');
	return float;
}
