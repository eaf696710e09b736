import { Worker } from 'node:worker_threads';
import { type EpochKeys, type EventDef, type EventDetail, type Scope, uuidV7 } from '@pipeline/telemetry-core';
import { redactDetail } from '../redaction/event-detail.ts';
import { createRedaction, type Redaction } from '../redaction/redaction.ts';
import { type FilledGroup, GroupWriter } from './group-writer.ts';
import { writeSpoolEvent } from './spool-event.ts';
import type {
	FlushMessage,
	FoundMessage,
	FromSpoolThread,
	SpoolThreadOptions,
	StateMessage,
	ToSpoolThread,
} from './spool-messages.ts';
import type { AuditSpoolOptions, SpoolState } from './spool-options.ts';

const CLOSE_AFTER_MS = 50;
const RESTART_AFTER_MS = 1_000;
const EXIT_WAIT_MS = 500;
/** Of the time to close: the rest is for the last checkpoint. */
const SENDING_SHARE = 0.9;
const WATERMARK_EVERY_MS = 5_000;
/** A buffer that nobody waits for. */
const NOT_OURS = -1;

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
	/** Groups that the thread has, by the number of their buffer. */
	readonly #posted = new Map<number, FilledGroup>();
	/** All definitions so far: a thread that has to begin anew needs them. */
	readonly #definitions: Definition[] = [];
	readonly #scopes = new Map<number, Scope>();
	readonly #finders = new Map<number, (words: Int32Array, at: number) => void>();
	#requests = 0;
	readonly #flushes: ((isDone: boolean) => void)[] = [];
	readonly #written = new Int32Array(new SharedArrayBuffer(4));
	readonly #onExit = () => this.#waitForDisk(EXIT_WAIT_MS);
	#worker: Worker | undefined;
	#postedCount = 0;
	#timer: NodeJS.Timeout | undefined;
	#state: Omit<StateMessage, 'kind'> = { writeFailure: undefined, sendFailure: undefined, shippedSeq: 0 };
	#diskBytes = 0;
	/** Entries that the thread has. */
	#postedEntries = 0;
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
		return { ...this.#state, diskBytes: this.#diskBytes, appended, durable: appended - open - this.#postedEntries };
	}

	/** A record has left: its journal at `at`. */
	receipt(words: Int32Array, at: number): void {
		this.#writer.receipt(words, at);
	}

	/** An event that belongs to no record's journal. */
	event(event: EventDef, detail: EventDetail): void {
		const json = writeSpoolEvent(event, redactDetail(detail, this.#redaction));
		if (json !== undefined) this.#writer.event(json);
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
		return this.#isClosed || (this.#state.writeFailure === undefined && !this.#writer.isHalfFull);
	}

	async #writable(): Promise<void> {
		while (!this.#canWrite) await new Promise((resolve) => setTimeout(resolve, CLOSE_AFTER_MS));
	}

	/** A receipt that was given to the spool can be found again, unless the spool is full or broken. */
	put(): boolean {
		return !this.#isClosed && this.#state.writeFailure === undefined;
	}

	/** Calls back, later, with each receipt of these traces whose record has left without a decision. */
	find(traceIds: readonly string[], found: (words: Int32Array, at: number) => void): void {
		const request = ++this.#requests;
		this.#finders.set(request, found);
		this.#tell({ kind: 'find', request, traceIds });
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
		await this.#worker?.terminate();
		if (this.#postedEntries > 0) this.#onLost('SHUTDOWN', this.#postedEntries);
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
		for (const [base, scope] of this.#options.scopes?.() ?? []) {
			if (this.#scopes.get(base) === scope) continue;
			this.#scopes.set(base, scope);
			this.#define((writer) => writer.scope(base, scope));
		}
		this.#writer.close();
	}

	#post(group: FilledGroup): void {
		this.#posted.set(group.buffer.number, group);
		this.#postedCount++;
		this.#postedEntries += group.entries;
		this.#send(group);
	}

	#send({ buffer, words, entries }: FilledGroup, number: number = buffer.number): void {
		const memory = buffer.bytes.buffer as SharedArrayBuffer;
		this.#tell({ kind: 'group', buffer: number, memory, words, entries });
	}

	#tell(message: ToSpoolThread): void {
		this.#worker?.postMessage(message);
	}

	async #ask(kind: FlushMessage['kind'], sendingMs: number, timeoutMs: number): Promise<boolean> {
		if (this.#isClosed) return false;
		this.#closeGroup();
		const { promise, resolve } = Promise.withResolvers<boolean>();
		this.#flushes.push(resolve);
		// The thread answers in time, unless it is gone.
		const timer = setTimeout(() => resolve(false), timeoutMs + CLOSE_AFTER_MS);
		this.#tell({ kind, timeoutMs: sendingMs, sentMs: Date.now() });
		return promise.finally(() => clearTimeout(timer));
	}

	#startThread(): void {
		const { path, resource, destination, watermarkUrl, signingKey, segmentBytes, registries = [] } = this.#options;
		this.producerId = uuidV7();
		const workerData: SpoolThreadOptions = {
			spool: path,
			producerId: this.producerId,
			resource,
			redaction: this.#redaction.options,
			destination,
			watermarkUrl,
			watermarkEveryMs: WATERMARK_EVERY_MS,
			signingKey,
			segmentBytes,
			maxBytes: this.#options.maxBytes ?? 1_073_741_824,
			checkpointEveryMs: this.#options.checkpointEveryMs ?? 300_000,
			written: this.#written.buffer as SharedArrayBuffer,
			registries,
		};
		// What the application preloads is not for this thread: telemetry that is registered so would be switched on in it, with a thread of its own.
		const env = { ...process.env, NODE_OPTIONS: '' };
		const worker = new Worker(THREAD.url, { workerData, name: 'pipeline-audit', execArgv: THREAD.execArgv, env });
		worker.on('message', (message: FromSpoolThread) => this.#receive(message));
		worker.on('error', (error) => this.#fail(error.message));
		worker.on('exit', () => this.#restart(worker));
		worker.unref();
		this.#worker = worker;
	}

	/** A thread that ended by itself is replaced: as another producer, with all that is not on disk. */
	#restart(worker: Worker): void {
		if (this.#isClosed || this.#worker !== worker) return;
		this.#worker = undefined;
		for (const resolve of this.#flushes.splice(0)) resolve(false);
		this.#finders.clear();
		setTimeout(() => {
			if (this.#isClosed) return;
			this.#startThread();
			const waiting = [...this.#posted.values()];
			const definitions = new GroupWriter({
				onGroup: (group) => this.#send(group, NOT_OURS),
				onFirst: () => {},
				onLost: () => {},
			});
			for (const define of this.#definitions) define(definitions);
			definitions.close();
			for (const group of waiting) this.#send(group);
		}, RESTART_AFTER_MS).unref();
	}

	#receive(message: FromSpoolThread): void {
		if (message.kind === 'written') {
			this.#diskBytes = message.diskBytes;
			for (const number of message.buffers) this.#release(number);
		} else if (message.kind === 'state') {
			const { kind: _kind, ...state } = message;
			this.#state = state;
		} else if (message.kind === 'lost') this.#onLost(message.reason, message.count);
		else if (message.kind === 'redacted') this.#options.onRedacted?.(message.counts);
		else if (message.kind === 'found') this.#found(message);
		else this.#flushes.shift()?.(message.isDone);
	}

	#found({ request, receipts, isLast }: FoundMessage): void {
		const found = this.#finders.get(request);
		for (const receipt of receipts) found?.(receipt, 0);
		if (isLast) this.#finders.delete(request);
	}

	#release(number: number): void {
		const group = this.#posted.get(number);
		if (group === undefined) return;
		this.#posted.delete(number);
		this.#postedEntries -= group.entries;
		this.#writer.release(group.buffer);
	}

	#fail(message: string): void {
		this.#state = { ...this.#state, writeFailure: message };
	}

	/** The process ends now: nothing but waiting is possible any more. */
	#waitForDisk(timeoutMs: number): void {
		this.#closeGroup();
		const deadline = performance.now() + timeoutMs;
		for (let left = timeoutMs; left > 0; left = deadline - performance.now()) {
			const written = Atomics.load(this.#written, 0);
			if (written >= this.#postedCount) return;
			Atomics.wait(this.#written, 0, written, left);
		}
	}
}

/** Beside this file; run from its sources, as they are. */
const THREAD = import.meta.url.endsWith('.ts')
	? { url: new URL('./spool-worker.ts', import.meta.url), execArgv: ['--conditions=@pipeline/source'] }
	: { url: new URL('./spool-worker.js', import.meta.url), execArgv: [] };
