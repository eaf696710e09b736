import { createReadStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';

/** Longest record that is written, in characters; of a longer one its beginning. */
const MAX_RECORD_LENGTH = 65_536;
const DEFAULT_MAX_BYTES = 33_554_432;
/** Letters that are written before others get their turn. */
const LETTERS_AT_ONCE = 200;
const END_OF_LINE = 10;

/** What was refused, by whom it was sent, and why. */
export interface DeadLetter {
	readonly reason: string;
	readonly signal: string;
	readonly service: string;
	readonly record: unknown;
}

export interface DeadLettersOptions {
	/** Without one what is refused is only counted. */
	readonly path?: string | undefined;
	/** Of the file; the one before it is kept beside it as `<path>.1`, and overwritten by the next one. @default 32 MiB */
	readonly maxBytes?: number | undefined;
	/** Milliseconds since the Unix epoch. */
	readonly now: () => number;
}

/**
 * A file of JSON, one refused record a line, that only its owner may read: it holds what senders sent. What cannot be written is counted and
 * otherwise lost: it was refused, and its sender is told so.
 */
export class DeadLetters {
	readonly #options: DeadLettersOptions;
	#writing: Promise<unknown> = Promise.resolve();
	#written = 0;
	#lost = 0;
	#overwritten = 0;

	constructor(options: DeadLettersOptions) {
		this.#options = options;
	}

	get written(): number {
		return this.#written;
	}

	/** Refused records that stand in no file. */
	get lost(): number {
		return this.#lost;
	}

	/** Records that were written, by this process or one before it, and had to make room for later ones. */
	get overwritten(): number {
		return this.#overwritten;
	}

	/** Resolves to whether they are on disk. Never rejects. */
	add(letters: readonly DeadLetter[]): Promise<boolean> {
		if (letters.length === 0) return Promise.resolve(true);
		const written = this.#writing.then(() => this.#write(letters));
		this.#writing = written;
		return written;
	}

	async #write(letters: readonly DeadLetter[]): Promise<boolean> {
		let isWritten = true;
		for (let from = 0; from < letters.length; from += LETTERS_AT_ONCE) {
			const some = letters.slice(from, from + LETTERS_AT_ONCE);
			try {
				await this.#append(some);
				this.#written += some.length;
			} catch {
				this.#lost += some.length;
				isWritten = false;
			}
		}
		return isWritten;
	}

	async #append(letters: readonly DeadLetter[]): Promise<void> {
		const { path, now } = this.#options;
		if (path === undefined) throw new TypeError('no file');
		const time = new Date(now()).toISOString();
		const lines = letters.map((letter) => `${lineOf(time, letter)}\n`).join('');
		await this.#rotate(path, Buffer.byteLength(lines));
		const file = await open(path, 'a', 0o600);
		try {
			await file.write(lines);
			await file.datasync();
		} finally {
			await file.close();
		}
	}

	async #rotate(path: string, bytes: number): Promise<void> {
		const { maxBytes = DEFAULT_MAX_BYTES } = this.#options;
		const size = await stat(path).then(
			(found) => found.size,
			() => 0,
		);
		if (size === 0 || size + bytes <= maxBytes) return;
		const older = `${path}.1`;
		const overwritten = await linesIn(older);
		await rename(path, older);
		this.#overwritten += overwritten;
	}
}

/** Of a file that may not be there. */
async function linesIn(path: string): Promise<number> {
	let lines = 0;
	try {
		for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
			for (let at = chunk.indexOf(END_OF_LINE); at >= 0; at = chunk.indexOf(END_OF_LINE, at + 1)) lines++;
		}
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
	}
	return lines;
}

function lineOf(time: string, { reason, signal, service, record }: DeadLetter): string {
	const text = JSON.stringify(record, readable) ?? '';
	const kept = text.length > MAX_RECORD_LENGTH ? text.slice(0, MAX_RECORD_LENGTH) : record;
	return JSON.stringify({ time, reason, signal, service, record: kept }, readable);
}

/** What JSON has no form for. */
function readable(_key: string, value: unknown): unknown {
	if (typeof value === 'bigint') return String(value);
	return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
