import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** How many pieces of each file were acknowledged. */
export class Checkpoint {
	readonly #path: string | undefined;
	readonly #offsets: Map<string, number>;

	constructor(path?: string) {
		this.#path = path;
		this.#offsets = new Map(Object.entries(load(path)));
	}

	offsetOf(file: string): number {
		return this.#offsets.get(file) ?? 0;
	}

	/** The first `offset` pieces of the file need not be read again. */
	advance(file: string, offset: number): void {
		if (offset > this.offsetOf(file)) this.#offsets.set(file, offset);
	}

	/** Written beside and renamed, so that a crash leaves the old one or the new one. */
	save(): void {
		if (this.#path === undefined) return;
		mkdirSync(dirname(this.#path), { recursive: true });
		const staged = `${this.#path}.staged`;
		writeFileSync(staged, JSON.stringify(Object.fromEntries(this.#offsets)));
		renameSync(staged, this.#path);
	}
}

function load(path: string | undefined): Record<string, number> {
	if (path === undefined) return {};
	try {
		const offsets = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
		return Object.fromEntries(
			Object.entries(offsets).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])),
		);
	} catch {
		return {};
	}
}
