/** Something that is not a value of the wire format, and where it stands. */
export class CodecError extends Error {
	readonly code = 'CODEC_INVALID';
	/** Wire names from the outermost value, such as `records[3].fields`; empty for the value itself. */
	readonly path: string;

	constructor(path: string, problem: string) {
		super(`${path === '' ? 'value' : path}: ${problem}`);
		this.name = 'CodecError';
		this.path = path;
	}
}

/** How much of a value is accepted. */
export interface CodecLimits {
	/** Objects and arrays inside one another. @default 64 */
	readonly maxDepth?: number;
	/** Objects, arrays and values in one message. @default 5_000_000 */
	readonly maxNodes?: number;
}

/** Objects and arrays inside one another that both directions accept. */
export const DEFAULT_MAX_DEPTH = 64;
