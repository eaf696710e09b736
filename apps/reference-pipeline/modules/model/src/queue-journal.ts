import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { JOURNAL, STAGE } from './carrier.ts';
import { fromWire } from './from-wire.ts';
import type { QueueEntry } from './queue-entry.ts';
import { toWire } from './to-wire.ts';

type Line<Put> = { readonly put: Put } | { readonly remove: string };

/** Deeper than the wire takes: what failed because of its depth is kept too. */
const MAX_DEPTH = 1_000;
/** Lines of removed or replaced entries that may pile up before the file is rewritten. */
const MIN_STALE_LINES = 1_000;

/**
 * The entries of a queue in an append-only NDJSON file. A line torn by a crash is skipped; the file is rewritten whole
 * when most of it is stale.
 */
export class QueueJournal<E extends QueueEntry> {
	readonly #path: string;
	#staleLines = 0;
	#unreadableLines = 0;

	/** Makes the folder of `path` when it is missing. */
	constructor(path: string) {
		this.#path = path;
		mkdirSync(dirname(path), { recursive: true });
	}

	/** Lines that could not be read: torn by a crash, or damaged. */
	get unreadableLines(): number {
		return this.#unreadableLines;
	}

	/** The entries that were neither removed nor replaced, in their first order. */
	load(): E[] {
		if (!existsSync(this.#path)) return [];
		const text = readFileSync(this.#path, 'utf8');
		// What is appended to a torn line would be lost with it.
		if (text !== '' && !text.endsWith('\n')) appendFileSync(this.#path, '\n');
		const entries = new Map<string, E>();
		for (const line of text.split('\n')) this.#apply(line, entries);
		return [...entries.values()];
	}

	/** Notes an entry, new or changed. */
	put(entry: E, isReplacement = false): void {
		if (isReplacement) this.#staleLines++;
		this.#append({ put: toWire(entry, { maxDepth: MAX_DEPTH }) });
	}

	/** Notes that an entry left; `entries` are the ones that stay. */
	remove(entryId: string, entries: ReadonlyMap<string, E>): void {
		this.#append({ remove: entryId });
		this.#staleLines += 2;
		if (this.#staleLines > Math.max(MIN_STALE_LINES, entries.size)) this.compact(entries.values());
	}

	/** Rewrites the file with these entries only. */
	compact(entries: Iterable<E>): void {
		const lines = [...entries].map((entry) => `${JSON.stringify({ put: toWire(entry, { maxDepth: MAX_DEPTH }) })}\n`);
		const staged = `${this.#path}.staged`;
		writeFileSync(staged, lines.join(''));
		renameSync(staged, this.#path);
		this.#staleLines = 0;
	}

	#apply(text: string, entries: Map<string, E>): void {
		if (text === '') return;
		const line = parse<E>(text);
		if (line === undefined) {
			this.#unreadableLines++;
		} else if ('remove' in line) {
			this.#staleLines += 2;
			entries.delete(line.remove);
		} else {
			if (entries.has(line.put.entryId)) this.#staleLines++;
			entries.set(line.put.entryId, revived(line.put));
		}
	}

	#append(line: Line<unknown>): void {
		appendFileSync(this.#path, `${JSON.stringify(line)}\n`);
	}
}

/** Symbols are not written: what comes back starts with empty slots, and so does the item in it. */
function revived<E extends QueueEntry>(entry: E): E {
	const { item } = entry;
	const isStructure = typeof item === 'object' && item !== null && !Array.isArray(item);
	const carried = isStructure ? { ...item, [JOURNAL]: 0, [STAGE]: 0 } : item;
	return { ...entry, item: carried, [JOURNAL]: 0, [STAGE]: 0 };
}

function parse<E extends QueueEntry>(text: string): Line<E> | undefined {
	try {
		const line: unknown = JSON.parse(text);
		if (typeof line !== 'object' || line === null) return undefined;
		if ('remove' in line) return typeof line.remove === 'string' ? { remove: line.remove } : undefined;
		const put = 'put' in line ? (fromWire(line.put, { maxDepth: MAX_DEPTH }) as Partial<E> | null) : undefined;
		return typeof put?.entryId === 'string' ? { put: put as E } : undefined;
	} catch {
		return undefined;
	}
}
