import type { Worker } from 'node:worker_threads';
import { type EpochKeys, type EventDef, type EventDetail, uuidV7 } from '@pipeline/telemetry-core';
import { within } from '../provider/within.ts';
import { redactDetail } from '../redaction/event-detail.ts';
import { createRedaction, type Redaction } from '../redaction/redaction.ts';
import { type FilledGroup, GroupWriter } from './group-writer.ts';
import { PostedGroups } from './posted-groups.ts';
import { type ReceiptFinder, ReceiptFinders } from './receipt-finders.ts';
import { messageOf } from './spool-error.ts';
import { writeSpoolEvent } from './spool-event.ts';
import {
	type FlushMessage,
	type FromSpoolThread,
	NOT_OURS,
	type StateMessage,
	type ToSpoolThread,
} from './spool-messages.ts';
import type { AuditSpoolOptions, SpoolState } from './spool-options.ts';
import { startSpoolThread } from './start-spool-thread.ts';
import { waitForDisk } from './wait-for-disk.ts';

const CLOSE_AFTER_MS = 50;
const RESTART_AFTER_MS = 1_000;
/** The thread may not have begun yet. */
const EXIT_WAIT_MS = 2_000;
const MAX_RESTART_AFTER_MS = 60_000;
/** A disk that takes so long for a group does not answer. */
const STALLED_AFTER_MS = 10_000;
/** A thread that waits for such a disk cannot be ended. */
const TERMINATE_WITHIN_MS = 500;
/** Of the time to close: the rest is for the last checkpoint. */
const SENDING_SHARE = 0.8;

type Definition = (writer: GroupWriter) => void;

/**
 * Takes what audit needs to disk: the receipt of every record, and events that belong to none. Nothing here waits for the disk: groups of
 * entries are filled in memory and written, hashed and sent by a thread of their own.
 */
export class AuditSpool {
	readonly #options: AuditSpoolOptions;
	readonly #redaction: Redaction;
	readonly #writer: GroupWriter;
	readonly #onLost: NonNullable<AuditSpoolOptions['onLost']>;
	readonly #posted = new PostedGroups();
	/** So far: a thread that has to begin anew needs them. */
	readonly #definitions: Definition[] = [];
	readonly #scopes = new Map<number, string>();
	readonly #finders = new ReceiptFinders();
	#requests = 0;
	readonly #flushes = new Map<number, (isDone: boolean) => void>();
	#restarts = 0;
	readonly #written = new Int32Array(new SharedArrayBuffer(4));
	readonly #onExit = () => {
		this.#closeGroup();
		waitForDisk(this.#written, this.#posted.count, EXIT_WAIT_MS);
	};
	#worker: Worker | undefined;
	#timer: NodeJS.Timeout | undefined;
	#state: Omit<StateMessage, 'kind'> = { writeFailure: undefined, sendFailure: undefined, shippedSeq: 0 };
	#diskBytes = 0;
	#isClosed = false;
	/** Id of this process in the spool. */
	producerId = '';

	constructor(options: AuditSpoolOptions) {
		this.#options = options;
		this.#redaction = options.redaction ?? createRedaction();
		this.#onLost = options.onLost ?? (() => {});
		this.#writer = new GroupWriter({
			...(options.maxQueueBytes === undefined ? {} : { maxQueueBytes: options.maxQueueBytes }),
			onGroup: (group) => this.#post(group),
			onFirst: () => this.#begun(),
			onLost: () => this.#onLost('QUEUE_FULL', 1),
		});
		this.#startThread();
		process.on('exit', this.#onExit);
	}

	get state(): SpoolState {
		const { appended, open } = this.#writer;
		const durable = appended - open - this.#posted.entries;
		return { ...this.#state, writeFailure: this.#writeFailure, diskBytes: this.#diskBytes, appended, durable };
	}

	/** A record has left: its journal at `at`. */
	receipt(words: Int32Array, at: number): void {
		if (this.#isClosed) this.#onLost('SHUTDOWN', 1);
		else this.#writer.receipt(words, at);
	}

	/** An event that belongs to no record's journal. */
	event(event: EventDef, detail: EventDetail): void {
		if (this.#isClosed) {
			this.#onLost('SHUTDOWN', 1);
			return;
		}
		let json: string | undefined;
		try {
			json = writeSpoolEvent(event, redactDetail(detail, this.#redaction));
		} catch {
			// Something in it is no JSON.
		}
		if (json === undefined) this.#onLost('UNREADABLE', 1);
		else this.#writer.event(json);
	}

	/** What an id in receipts stands for. */
	define(id: number, text: string): void {
		this.#define((writer) => writer.define(id, text));
	}

	/** What span ids of an epoch are made of. */
	epoch(keys: EpochKeys): void {
		this.#define((writer) => writer.epoch(keys));
	}

	/** Resolves when entries can be written again, or the spool is closed; undefined while they can. */
	hold(): Promise<void> | undefined {
		return this.#canWrite ? undefined : this.#writable();
	}

	get #canWrite(): boolean {
		return this.#isClosed || (this.#writeFailure === undefined && !this.#writer.isHalfFull);
	}

	get #writeFailure(): string | undefined {
		const { waitedMs } = this.#posted;
		if (this.#state.writeFailure !== undefined || waitedMs < STALLED_AFTER_MS) return this.#state.writeFailure;
		return `the disk has not answered for ${Math.round(waitedMs / 1_000)} s (ETIMEDOUT)`;
	}

	async #writable(): Promise<void> {
		while (!this.#canWrite) await new Promise((resolve) => setTimeout(resolve, CLOSE_AFTER_MS));
	}

	/** A receipt that was given to the spool can be found again, unless the spool is full or broken. */
	put(): boolean {
		return !this.#isClosed && this.#writeFailure === undefined;
	}

	/** Calls back, later, with each receipt of these traces whose record has left without a decision, and once when there are no more. */
	find(traceIds: readonly string[], found: ReceiptFinder['found'], onEnd: ReceiptFinder['onEnd']): void {
		const request = ++this.#requests;
		this.#finders.add(request, { found, onEnd });
		if (this.#worker === undefined) this.#finders.endAll();
		this.#worker?.postMessage({ kind: 'find', request, traceIds } satisfies ToSpoolThread);
	}

	/** Waits until everything so far is on disk, and sent if there is somewhere to send to. @returns whether that was so within the time */
	async flush(timeoutMs: number): Promise<boolean> {
		return this.#ask('flush', timeoutMs, timeoutMs);
	}

	/** Writes what is there, and sends what it can within the time. What is not sent is sent by the next process. */
	async close(timeoutMs: number): Promise<boolean> {
		if (this.#isClosed) return true;
		const isDone = await this.#ask('close', timeoutMs * SENDING_SHARE, timeoutMs);
		this.#isClosed = true;
		process.off('exit', this.#onExit);
		if (this.#worker !== undefined) await within(this.#worker.terminate(), TERMINATE_WITHIN_MS, 0);
		clearTimeout(this.#timer);
		const lost = this.#posted.entries + this.#writer.open;
		if (lost > 0) this.#onLost('SHUTDOWN', lost);
		return isDone;
	}

	#define(definition: Definition): void {
		this.#definitions.push(definition);
		definition(this.#writer);
	}

	/** The first entry of a group. */
	#begun(): void {
		this.#timer ??= setTimeout(() => this.#closeGroup(), CLOSE_AFTER_MS).unref();
	}

	#closeGroup(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#writer.close();
	}

	/** Receipts name modules by number only: who they are goes before them. */
	#tellScopes(): void {
		const news: Definition[] = [];
		for (const [base, scope] of this.#options.scopes?.() ?? []) {
			const name = `${scope.name}@${scope.version}`;
			if (this.#scopes.get(base) === name) continue;
			this.#scopes.set(base, name);
			news.push((writer) => writer.scope(base, scope));
		}
		if (news.length === 0) return;
		this.#definitions.push(...news);
		this.#sendDefinitions(news);
	}

	/** In groups of their own. */
	#sendDefinitions(definitions: readonly Definition[]): void {
		const writer = new GroupWriter({
			onGroup: (group) => this.#send(group, NOT_OURS),
			onFirst: () => {},
			onLost: () => {},
		});
		for (const define of definitions) define(writer);
		writer.close();
	}

	#post(group: FilledGroup): void {
		this.#tellScopes();
		this.#posted.add(group);
		this.#send(group);
	}

	#send({ buffer, words, entries }: FilledGroup, number: number = buffer.number): void {
		const memory = buffer.bytes.buffer as SharedArrayBuffer;
		this.#worker?.postMessage({ kind: 'group', buffer: number, memory, words, entries } satisfies ToSpoolThread);
	}

	async #ask(kind: FlushMessage['kind'], sendingMs: number, timeoutMs: number): Promise<boolean> {
		if (this.#isClosed) return false;
		this.#closeGroup();
		const request = ++this.#requests;
		const { promise, resolve } = Promise.withResolvers<boolean>();
		this.#flushes.set(request, resolve);
		// The thread answers in time, unless it is gone.
		const timer = setTimeout(() => resolve(false), timeoutMs + CLOSE_AFTER_MS);
		this.#worker?.postMessage({ kind, request, deadlineMs: Date.now() + sendingMs } satisfies ToSpoolThread);
		return promise.finally(() => {
			clearTimeout(timer);
			this.#flushes.delete(request);
		});
	}

	#startThread(): void {
		this.producerId = uuidV7();
		const written = this.#written.buffer as SharedArrayBuffer;
		const worker = startSpoolThread(this.#options, this.#redaction.options, this.producerId, written);
		worker.on('message', (message: FromSpoolThread) => this.#receive(message));
		worker.on('error', (error) => this.#fail(error.message));
		worker.on('exit', () => this.#replace(worker));
		// After the listeners: each of them would keep the process.
		worker.unref();
		this.#worker = worker;
	}

	/** A thread that ended by itself is replaced. */
	#replace(worker: Worker): void {
		if (this.#isClosed || this.#worker !== worker) return;
		this.#worker = undefined;
		this.#fail(this.#state.writeFailure ?? 'the thread that writes has ended');
		for (const resolve of this.#flushes.values()) resolve(false);
		this.#finders.endAll();
		this.#restartLater();
	}

	/** As another producer, with all that is not on disk. */
	#restartLater(): void {
		const delayMs = Math.min(MAX_RESTART_AFTER_MS, RESTART_AFTER_MS * 2 ** this.#restarts++);
		setTimeout(() => {
			if (this.#isClosed) return;
			try {
				this.#startThread();
			} catch (error) {
				// The process may have as many threads as it can have.
				this.#fail(messageOf(error));
				this.#restartLater();
				return;
			}
			this.#sendDefinitions(this.#definitions);
			for (const group of this.#posted.all()) this.#send(group);
		}, delayMs).unref();
	}

	#receive(message: FromSpoolThread): void {
		if (message.kind === 'written') {
			this.#diskBytes = message.diskBytes;
			for (const number of message.buffers) {
				const group = this.#posted.take(number);
				if (group !== undefined) this.#writer.release(group.buffer);
			}
		} else if (message.kind === 'state') {
			const { kind: _kind, ...state } = message;
			this.#state = state;
		} else if (message.kind === 'lost') this.#onLost(message.reason, message.count);
		else if (message.kind === 'redacted') this.#options.onRedacted?.(message.counts);
		else if (message.kind === 'found') this.#finders.receive(message);
		else this.#flushes.get(message.request)?.(message.isDone);
	}

	#fail(message: string): void {
		this.#state = { ...this.#state, writeFailure: message };
	}
}
