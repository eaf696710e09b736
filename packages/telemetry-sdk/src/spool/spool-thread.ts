import { join } from 'node:path';
import type { Redaction } from '../redaction/redaction.ts';
import { CheckpointWriter } from './checkpoints.ts';
import { segmentName } from './format.ts';
import { GroupAppender } from './group-appender.ts';
import { claimDirectory, findOrphans, HEARTBEAT_MS, renewClaim } from './producers.ts';
import type { DurablePoint } from './segment-writer.ts';
import { SpoolKeeper } from './spool-keeper.ts';
import type {
	FindMessage,
	FromSpoolThread,
	GroupMessage,
	SpoolThreadOptions,
	ToSpoolThread,
} from './spool-messages.ts';
import { SpoolShipper, type SpoolShipperOptions } from './spool-shipper.ts';
import { readWatermark } from './watermark.ts';

const RETRY_MS = 1_000;
const FOUND_AT_ONCE = 64;

export interface SpoolThreadParts {
	readonly post: (message: FromSpoolThread) => void;
	readonly redaction: Redaction;
	readonly now?: () => number;
}

/** The spool's own thread: takes groups to disk, sends what is there, and lets go of what nobody needs any more. */
export class SpoolThread {
	readonly #options: SpoolThreadOptions;
	readonly #redaction: Redaction;
	readonly #post: SpoolThreadParts['post'];
	readonly #now: () => number;
	readonly #directory: string;
	readonly #appender: GroupAppender;
	readonly #checkpoints: CheckpointWriter;
	readonly #keeper: SpoolKeeper;
	readonly #shipper: SpoolShipper | undefined;
	readonly #adopted: SpoolShipper[] = [];
	readonly #written: Int32Array;
	readonly #queue: GroupMessage[] = [];
	readonly #timers: NodeJS.Timeout[] = [];
	/** Groups that are not on disk. */
	#waiting = 0;
	#writing: Promise<void> | undefined;
	#writeFailure: string | undefined;
	#sendFailure: string | undefined;
	#shippedSeq = 0;
	#watermark = 0;
	#checkpointed = 0;
	#isClosing = false;

	constructor(options: SpoolThreadOptions, { post, redaction, now = Date.now }: SpoolThreadParts) {
		const { spool, producerId, segmentBytes, signingKey } = options;
		this.#options = options;
		this.#redaction = redaction;
		this.#post = post;
		this.#now = now;
		this.#directory = join(spool, producerId);
		this.#written = new Int32Array(options.written);
		this.#appender = new GroupAppender({ directory: this.#directory, producerId, segmentBytes, redaction, now });
		this.#checkpoints = new CheckpointWriter(this.#directory, producerId, signingKey);
		this.#keeper = new SpoolKeeper(this.#checkpoints, now);
		this.#shipper = this.#ownShipper();
	}

	/** Prepares the directory and begins to send what processes before this one have left. */
	async start(): Promise<void> {
		const { spool, producerId, checkpointEveryMs, watermarkUrl, watermarkEveryMs } = this.#options;
		this.#every(checkpointEveryMs, () => this.#checkpoint('INTERVAL'));
		if (watermarkUrl !== undefined) this.#every(watermarkEveryMs, () => this.#readWatermark(watermarkUrl));
		this.#every(HEARTBEAT_MS, () => renewClaim(this.#directory));
		await claimDirectory(this.#directory).catch(() => {});
		await this.#keeper.measure(spool, producerId);
		await this.#adoptOrphans();
	}

	receive(message: ToSpoolThread): void {
		if (message.kind === 'group') {
			this.#queue.push(message);
			this.#waiting++;
			this.#write();
			return;
		}
		if (message.kind === 'find') {
			void this.#find(message);
			return;
		}
		this.#isClosing ||= message.kind === 'close';
		const leftMs = message.timeoutMs - Math.max(0, Date.now() - message.sentMs);
		void this.#finish(Math.max(0, leftMs), message.kind === 'close');
	}

	/** A part at a time: whoever asked makes spans of them meanwhile. */
	async #find({ request, traceIds }: FindMessage): Promise<void> {
		let receipts: Int32Array[] = [];
		try {
			for await (const receipt of this.#appender.parked.find(traceIds)) {
				receipts.push(receipt);
				if (receipts.length < FOUND_AT_ONCE) continue;
				this.#post({ kind: 'found', request, receipts, isLast: false });
				receipts = [];
			}
		} catch (error) {
			this.#failWriting(error instanceof Error ? error.message : String(error));
		}
		this.#post({ kind: 'found', request, receipts, isLast: true });
	}

	#write(): void {
		this.#writing ??= this.#writeAll().finally(() => {
			this.#writing = undefined;
		});
	}

	async #writeAll(): Promise<void> {
		while (this.#queue.length > 0) {
			const groups = this.#queue.splice(0);
			while (!(await this.#tryWrite(groups))) {
				if (this.#isClosing) return;
				await delay(RETRY_MS);
			}
			this.#waiting -= groups.length;
			Atomics.add(this.#written, 0, groups.length);
			Atomics.notify(this.#written, 0);
			this.#post({ kind: 'written', buffers: groups.map(({ buffer }) => buffer), diskBytes: this.#diskBytes });
			this.#shipper?.kick();
		}
	}

	async #tryWrite(groups: readonly GroupMessage[]): Promise<boolean> {
		const before = this.#appender.point;
		try {
			await this.#makeRoom();
			const isTurn = await this.#appender.append(
				groups.map(({ memory, words, entries }) => ({ bytes: new Uint8Array(memory, 0, words * 4), entries })),
			);
			if (isTurn) await this.#finishSegment(before);
			this.#failWriting(undefined);
			return true;
		} catch (error) {
			this.#failWriting(error instanceof Error ? error.message : String(error));
			return false;
		}
	}

	async #finishSegment(end: DurablePoint): Promise<void> {
		if (end.segment === 0) return;
		this.#keeper.add(join(this.#directory, segmentName(end.segment)), end);
		await this.#checkpoints.write('SEGMENT', end, this.#now());
		this.#checkpointed = end.seq;
		await this.#release();
	}

	/** Segments that are no longer needed go; the spool is full when others are in the way. */
	async #makeRoom(): Promise<void> {
		const { maxBytes } = this.#options;
		if (this.#diskBytes <= maxBytes) return;
		await this.#release();
		if (this.#diskBytes > maxBytes)
			throw new Error(`the spool has its full size of ${maxBytes} bytes, and nothing in it may go yet`);
	}

	async #release(): Promise<void> {
		const { destination, watermarkUrl, maxBytes } = this.#options;
		// A store has it for good: gone at once. An endpoint has only accepted it, or there is none: gone when its room is needed.
		if (watermarkUrl !== undefined) await this.#keeper.release(Math.min(this.#shippedSeq, this.#watermark), 0);
		const seq = destination === undefined ? Number.POSITIVE_INFINITY : this.#shippedSeq;
		if (watermarkUrl === undefined) await this.#keeper.release(seq, Math.max(0, maxBytes - this.#appender.point.bytes));
	}

	async #checkpoint(reason: 'INTERVAL' | 'CLOSED'): Promise<void> {
		const { point } = this.#appender;
		if (point.segment === 0 || (reason === 'INTERVAL' && point.seq === this.#checkpointed)) return;
		await this.#checkpoints.write(reason, point, this.#now());
		this.#checkpointed = point.seq;
	}

	async #readWatermark(url: string): Promise<void> {
		this.#watermark = (await readWatermark(url, this.#options.producerId)) ?? this.#watermark;
		await this.#release();
	}

	async #finish(timeoutMs: number, isClosing: boolean): Promise<void> {
		const deadline = performance.now() + timeoutMs;
		let isDone = false;
		try {
			await Promise.race([this.#writing, delay(timeoutMs)]);
			const left = Math.max(0, deadline - performance.now());
			isDone = this.#waiting === 0 && ((await this.#shipper?.flush(left)) ?? true);
			if (isClosing) await this.#close();
		} catch (error) {
			this.#failWriting(error instanceof Error ? error.message : String(error));
		}
		this.#post({ kind: 'flushed', isDone });
	}

	get #shippers(): readonly SpoolShipper[] {
		return this.#shipper === undefined ? this.#adopted : [this.#shipper, ...this.#adopted];
	}

	async #close(): Promise<void> {
		for (const timer of this.#timers) clearInterval(timer);
		await this.#checkpoint('CLOSED');
		await this.#appender.close();
		for (const shipper of this.#shippers) await shipper.stop();
	}

	/** Sends what processes that are gone could not send any more. Two that do so send the same events twice, with the same ids. */
	async #adoptOrphans(): Promise<void> {
		const { spool, producerId, destination, watermarkUrl } = this.#options;
		for (const { directory, id } of await findOrphans(spool, producerId)) {
			if (destination === undefined) {
				this.#keeper.addSpent(directory);
				continue;
			}
			await claimDirectory(directory);
			const shipper = this.#shipperOf(directory, id, {
				durableSeq: () => Number.POSITIVE_INFINITY,
				onShipped: (_position, isAll) => {
					if (isAll && watermarkUrl === undefined) this.#keeper.addSpent(directory);
				},
			});
			this.#adopted.push(shipper);
			shipper.kick();
		}
	}

	#ownShipper(): SpoolShipper | undefined {
		if (this.#options.destination === undefined) return undefined;
		return this.#shipperOf(this.#directory, this.#options.producerId, {
			durableSeq: () => this.#appender.point.seq,
			onShipped: ({ seq }) => {
				this.#shippedSeq = seq;
				this.#tell();
			},
		});
	}

	#shipperOf(
		directory: string,
		producerId: string,
		own: Pick<SpoolShipperOptions, 'durableSeq' | 'onShipped'>,
	): SpoolShipper {
		const { destination = {}, resource } = this.#options;
		return new SpoolShipper({
			directory,
			producerId,
			destination,
			resource,
			redaction: this.#redaction,
			...own,
			onFailure: (message) => {
				if (message === this.#sendFailure) return;
				this.#sendFailure = message;
				this.#tell();
			},
			onLost: (reason, count) => this.#post({ kind: 'lost', reason, count }),
		});
	}

	get #diskBytes(): number {
		return this.#keeper.bytes + this.#appender.point.bytes;
	}

	#failWriting(message: string | undefined): void {
		if (message === this.#writeFailure) return;
		this.#writeFailure = message;
		this.#tell();
	}

	#tell(): void {
		this.#post({
			kind: 'state',
			writeFailure: this.#writeFailure,
			sendFailure: this.#sendFailure,
			shippedSeq: this.#shippedSeq,
		});
	}

	/** Work that is no one's fault when it fails: it is tried again with the next turn. */
	#every(milliseconds: number, work: () => Promise<void>): void {
		this.#timers.push(setInterval(() => void work().catch(() => {}), milliseconds).unref());
	}
}

const delay = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
