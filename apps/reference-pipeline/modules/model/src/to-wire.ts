// Hot path: runs for every value of every record that leaves a process.
import { CodecError, type CodecLimits, DEFAULT_MAX_DEPTH } from './codec-error.ts';
import { type Content, contentOf, setOwn, snakeCase } from './wire-names.ts';

/**
 * Plain JSON with snake_case names: bytes as base64, integers beyond 2^53 as decimal strings. Symbol properties and
 * undefined are left out.
 * @throws CodecError when nested deeper than `maxDepth`: no reader would take it
 */
export function toWire(value: unknown, { maxDepth = DEFAULT_MAX_DEPTH }: Pick<CodecLimits, 'maxDepth'> = {}): unknown {
	return encode(value, '', 'STRUCTURE', maxDepth);
}

function encode(value: unknown, name: string, content: Content, depthLeft: number): unknown {
	switch (typeof value) {
		case 'bigint':
			return BigInt.asIntN(54, value) === value && value > -(2n ** 53n) ? Number(value) : value.toString();
		case 'number':
			return name === 'floatValue' && !isJsonNumber(value) ? textOf(value) : value;
		case 'object':
			return value === null ? null : encodeObject(value, content, depthLeft);
		default:
			return value;
	}
}

function encodeObject(value: object, content: Content, depthLeft: number): unknown {
	if (value instanceof Uint8Array) {
		return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
	}
	if (depthLeft < 0) throw new CodecError('', 'nested too deep for the wire');
	if (Array.isArray(value)) {
		const items = content === 'JSON' ? 'JSON' : 'STRUCTURE';
		return value.map((entry) => encode(entry, '', items, depthLeft - 1));
	}
	const isIntegrationError = 'errorId' in value;
	const wire: Record<string, unknown> = {};
	for (const [key, entry] of Object.entries(value)) {
		if (entry === undefined) continue;
		if (content === 'STRUCTURE') {
			wire[snakeCase(key)] = encode(entry, key, contentOf(key, isIntegrationError), depthLeft - 1);
		} else {
			setOwn(wire, key, encode(entry, '', content === 'JSON' ? 'JSON' : 'STRUCTURE', depthLeft - 1));
		}
	}
	return wire;
}

function isJsonNumber(value: number): boolean {
	return Number.isFinite(value) && !Object.is(value, -0);
}

function textOf(value: number): string {
	return Object.is(value, -0) ? '-0' : String(value);
}
