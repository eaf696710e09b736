import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromWire, toWire } from './codec.ts';
import type { QueueEntry } from './queue-entry.ts';

type Line = { readonly put: unknown } | { readonly remove: string };

/** The entries of a queue in an append-only NDJSON file. A line torn by a crash is skipped; `compact` rewrites the file whole. */
export class QueueJournal<E extends QueueEntry> {
	readonly #path: string;
	readonly #revive: (entry: E) => E;

	constructor(path: string, revive: (entry: E) => E) {
		this.#path = path;
		this.#revive = revive;
	}

	load(): E[] {
		if (!existsSync(this.#path)) return [];
		const entries = new Map<string, E>();
		for (const text of readFileSync(this.#path, 'utf8').split('\n')) {
			const line = parse(text);
			if (line === undefined) continue;
			if ('remove' in line) {
				entries.delete(line.remove);
				continue;
			}
			const entry = this.#revive(fromWire(line.put) as E);
			entries.set(entry.entryId, entry);
		}
		return [...entries.values()];
	}

	put(entry: E): void {
		this.#append({ put: toWire(entry) });
	}

	remove(entryId: string): void {
		this.#append({ remove: entryId });
	}

	compact(entries: Iterable<E>): void {
		mkdirSync(dirname(this.#path), { recursive: true });
		const lines = [...entries].map((entry) => `${JSON.stringify({ put: toWire(entry) })}\n`);
		const staged = `${this.#path}.staged`;
		writeFileSync(staged, lines.join(''));
		renameSync(staged, this.#path);
	}

	#append(line: Line): void {
		mkdirSync(dirname(this.#path), { recursive: true });
		appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
	}
}

function parse(text: string): Line | undefined {
	if (text === '') return undefined;
	try {
		const line = JSON.parse(text) as Line;
		return typeof line === 'object' && line !== null && ('put' in line || 'remove' in line) ? line : undefined;
	} catch {
		return undefined;
	}
}
