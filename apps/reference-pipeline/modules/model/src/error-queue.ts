import { createEmitter, type TypedEmitter } from './emitter.ts';
import {
	type ErrorQueueEvents,
	type OperatorAction,
	type QueueEntry,
	QueueError,
	type RemovalReason,
} from './queue-entry.ts';
import { QueueJournal } from './queue-journal.ts';
import type { Runtime } from './runtime.ts';

/** How a queue is bounded and kept. */
export interface ErrorQueueOptions {
	readonly runtime: Runtime;
	/** The oldest entry makes room. @default 5000 */
	readonly capacity?: number | undefined;
	/** @default 3 */
	readonly maxReplayAttempts?: number | undefined;
	/** Append-only NDJSON file that survives a restart. @default memory only */
	readonly file?: string | undefined;
}

/** Bounded first-in first-out queue of failed items. Nothing leaves it unseen: every removal has a reason and an event. */
export class ErrorQueue<E extends QueueEntry = QueueEntry> {
	readonly events: TypedEmitter<ErrorQueueEvents<E>> = createEmitter<ErrorQueueEvents<E>>();
	readonly capacity: number;
	readonly maxReplayAttempts: number;
	readonly runtime: Runtime;
	readonly #entries = new Map<string, E>();
	readonly #journal: QueueJournal<E> | undefined;

	constructor({ runtime, capacity = 5_000, maxReplayAttempts = 3, file }: ErrorQueueOptions) {
		this.runtime = runtime;
		this.capacity = capacity;
		this.maxReplayAttempts = maxReplayAttempts;
		this.#journal = file === undefined ? undefined : new QueueJournal<E>(file);
		for (const entry of this.#journal?.load() ?? []) this.#entries.set(entry.entryId, entry);
	}

	/** Entries waiting. */
	get size(): number {
		return this.#entries.size;
	}

	/** Lines of the file that could not be read when it was loaded. */
	get unreadableLines(): number {
		return this.#journal?.unreadableLines ?? 0;
	}

	/** Adds an entry, or replaces the one of the same id. The oldest makes room when the queue is full. */
	enqueue(entry: E): void {
		while (!this.#entries.has(entry.entryId) && this.#entries.size >= this.capacity) {
			const [oldest] = this.#entries.values();
			if (oldest === undefined) break;
			this.#remove(oldest, 'EVICTED');
		}
		this.#journal?.put(entry, this.#entries.has(entry.entryId));
		this.#entries.set(entry.entryId, entry);
		this.events.emit('entryAdded', { entry });
	}

	/** Oldest first. */
	list(filter: (entry: E) => boolean = () => true): E[] {
		return [...this.#entries.values()].filter(filter);
	}

	/** @throws QueueError QUEUE_ENTRY_UNKNOWN */
	inspect(entryId: string, operator = 'system'): E {
		const entry = this.#known(entryId);
		this.events.emit('entryInspected', { entry, operator });
		return entry;
	}

	/** Changes the queued item; ids and history stay. @throws QueueError */
	correct(entryId: string, changes: Readonly<Record<string, unknown>>, operator: string, justification: string): E {
		const entry = this.#known(entryId);
		if (typeof entry.item !== 'object' || entry.item === null) {
			throw new QueueError(
				'QUEUE_CORRECTION_INVALID',
				entryId,
				'only the properties of a structured item can be corrected',
			);
		}
		const corrected: E = { ...entry, item: { ...entry.item, ...changes } };
		this.#entries.set(entryId, corrected);
		this.#journal?.put(corrected, true);
		this.events.emit('entryCorrected', { entry: corrected, changed: Object.keys(changes), operator, justification });
		return corrected;
	}

	/** Takes the entry out to be processed again. @throws QueueError QUEUE_REPLAY_LIMIT after `maxReplayAttempts` */
	replay(entryId: string, operator: string, justification: string): E {
		const entry = this.#known(entryId);
		if (entry.replayCount >= this.maxReplayAttempts) {
			throw new QueueError(
				'QUEUE_REPLAY_LIMIT',
				entryId,
				`${entryId} was replayed ${entry.replayCount} times, the limit is ${this.maxReplayAttempts}`,
			);
		}
		const replayed: E = { ...entry, replayCount: entry.replayCount + 1 };
		this.#remove(replayed, 'REPLAYED');
		this.events.emit('entryReplayed', { entry: replayed, operator, justification });
		return replayed;
	}

	/** Removes what has expired by `nowMs`. */
	expire(nowMs: number = this.runtime.now()): E[] {
		const expired = this.list(({ expiresAt }) => Date.parse(expiresAt) <= nowMs);
		for (const entry of expired) this.#remove(entry, 'EXPIRED');
		return expired;
	}

	/** Removes one entry or all. @throws QueueError QUEUE_ENTRY_UNKNOWN */
	purge(entryId: string | 'all', action: OperatorAction): E[] {
		const purged = entryId === 'all' ? this.list() : [this.#known(entryId)];
		for (const entry of purged) this.#remove(entry, 'PURGED', action);
		return purged;
	}

	/** The entries as they are, oldest first. */
	export(): readonly E[] {
		return this.list();
	}

	/** Rewrites the file without what was removed. */
	compact(): void {
		this.#journal?.compact(this.#entries.values());
	}

	#known(entryId: string): E {
		const entry = this.#entries.get(entryId);
		if (entry === undefined) throw new QueueError('QUEUE_ENTRY_UNKNOWN', entryId, `no entry ${entryId} in this queue`);
		return entry;
	}

	#remove(entry: E, reason: RemovalReason, action?: OperatorAction): void {
		this.#entries.delete(entry.entryId);
		this.#journal?.remove(entry.entryId, this.#entries);
		const ageSeconds = Math.max(0, (this.runtime.now() - Date.parse(entry.enqueuedAt)) / 1000);
		this.events.emit('entryRemoved', { entry, reason, ageSeconds, ...action });
	}
}
