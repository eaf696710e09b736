import { join } from 'node:path';
import type { Redaction } from '../redaction/redaction.ts';
import { AdoptedProducers } from './adopted-producers.ts';
import { CheckpointWriter } from './checkpoints.ts';
import { segmentName } from './format.ts';
import { GroupAppender, pendingGroup } from './group-appender.ts';
import { claimDirectory, HEARTBEAT_MS, renewClaim } from './producers.ts';
import { RecentGroups } from './recent-groups.ts';
import type { DurablePoint, PendingGroup } from './segment-writer.ts';
import { messageOf } from './spool-error.ts';
import { SpoolKeeper } from './spool-keeper.ts';
import {
	type FindMessage,
	type FlushMessage,
	type FromSpoolThread,
	type GroupMessage,
	NOT_OURS,
	type SpoolThreadOptions,
	type ToSpoolThread,
} from './spool-messages.ts';
import { SpoolShipper, type SpoolShipperOptions } from './spool-shipper.ts';
import { Turns } from './turns.ts';
import { readWatermark, type WatermarkSource } from './watermark.ts';

const RETRY_MS = 1_000;
/** How far entries were accepted need not be known more precisely: what is sent again has the same ids. */
const NOTE_MS = 1_000;
const FOUND_AT_ONCE = 64;
const DEFAULT_SEGMENT_BYTES = 67_108_864;

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
	readonly #adopted: AdoptedProducers;
	readonly #written: Int32Array;
	readonly #queue: GroupMessage[] = [];
	readonly #turns = new Turns();
	/** Groups that are not on disk. */
	#waiting = 0;
	#writing: Promise<void> | undefined;
	#writeFailure: string | undefined;
	#sendFailure: string | undefined;
	#shippedSeq = 0;
	#watermark = 0;
	/** Newest entry that a checkpoint vouches for; -1 before the first checkpoint. */
	#checkpointed = -1;
	/** Newest end of a segment that no checkpoint names. */
	#unvouched: DurablePoint | undefined;
	#isClosing = false;

	constructor(options: SpoolThreadOptions, { post, redaction, now = Date.now }: SpoolThreadParts) {
		const { spool, producerId, maxBytes, signingKey } = options;
		// Only whole segments go, so several have to fit in.
		const segmentBytes = Math.min(options.segmentBytes ?? DEFAULT_SEGMENT_BYTES, Math.ceil(maxBytes / 4));
		this.#options = options;
		this.#redaction = redaction;
		this.#post = post;
		this.#now = now;
		this.#directory = join(spool, producerId);
		this.#written = new Int32Array(options.written);
		const recent = options.destination && new RecentGroups();
		const directory = this.#directory;
		this.#appender = new GroupAppender({ directory, producerId, segmentBytes, redaction, now, recent });
		this.#checkpoints = new CheckpointWriter(this.#directory, producerId, signingKey);
		this.#keeper = new SpoolKeeper(this.#checkpoints, now);
		this.#shipper = this.#ownShipper(recent);
		this.#adopted = new AdoptedProducers({
			spool,
			producerId,
			keeper: this.#keeper,
			shipperOf: options.destination && (({ directory, id }, own) => this.#shipperOf(directory, id, own)),
			watermark: options.watermark,
		});
	}

	/** Prepares the directory and begins to send what processes before this one have left. */
	async start(): Promise<void> {
		const { spool, producerId, checkpointEveryMs, watermark, watermarkEveryMs, adoptEveryMs } = this.#options;
		this.#turns.every(checkpointEveryMs, () => this.#checkpoint('INTERVAL'));
		if (watermark !== undefined) this.#turns.every(watermarkEveryMs, () => this.#readWatermark(watermark));
		this.#turns.every(HEARTBEAT_MS, () => renewClaim(this.#directory));
		this.#turns.every(HEARTBEAT_MS, () => this.#adopted.renew());
		this.#turns.every(adoptEveryMs, () => this.#adopted.run());
		await claimDirectory(this.#directory).catch(() => {});
		await this.#keeper.measure(spool, producerId);
		// May take as long as the endpoint is away.
		void this.#adopted.run().catch(() => {});
		// Whoever waits for a thread that can write need not wait for its first group.
		this.#tell();
	}

	receive(message: ToSpoolThread): void {
		if (message.kind === 'group') {
			this.#queue.push(message);
			this.#waiting++;
			this.#write();
			return;
		}
		if (message.kind === 'find') return void this.#find(message);
		this.#isClosing ||= message.kind === 'close';
		void this.#finish(message);
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
			this.#failWriting(messageOf(error));
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
			// The same with each attempt: by them the appender knows what is redacted.
			const pending = groups.map(pendingGroup);
			while (!(await this.#tryWrite(pending))) {
				if (this.#isClosing) return;
				await delay(RETRY_MS);
			}
			this.#waiting -= groups.length;
			Atomics.add(this.#written, 0, groups.filter(({ buffer }) => buffer !== NOT_OURS).length);
			Atomics.notify(this.#written, 0);
			this.#post({ kind: 'written', buffers: groups.map(({ buffer }) => buffer), diskBytes: this.#diskBytes });
			void this.#shipper?.kick();
		}
	}

	async #tryWrite(groups: readonly PendingGroup[]): Promise<boolean> {
		try {
			await this.#makeRoom();
			await this.#appender.append(groups);
		} catch (error) {
			this.#failWriting(messageOf(error));
			return false;
		}
		// They are on disk: written again because of what comes now, they would be there twice.
		this.#failWriting(await this.#finishSegments().then(() => undefined, messageOf));
		return true;
	}

	/** What fails here is done after the next groups. */
	async #finishSegments(): Promise<void> {
		for (const end of this.#appender.takeFinished()) {
			this.#keeper.add(join(this.#directory, segmentName(end.segment)), end);
			this.#unvouched = end;
		}
		// From the first entry on: where a key is known, entries without any checkpoint are nobody's.
		if (this.#unvouched === undefined) return this.#checkpointed < 0 ? this.#checkpoint('INTERVAL') : undefined;
		await this.#checkpoints.write('SEGMENT', this.#unvouched, this.#now());
		this.#checkpointed = this.#unvouched.seq;
		this.#unvouched = undefined;
		await this.#release();
	}

	/** Segments that are no longer needed go; the spool is full when others are in the way. */
	async #makeRoom(): Promise<void> {
		const { maxBytes, spool, producerId } = this.#options;
		if (this.#diskBytes <= maxBytes) return;
		await this.#release();
		// Other processes may have made room.
		if (this.#diskBytes > maxBytes) await this.#keeper.measure(spool, producerId);
		// What is being written goes when it is finished.
		if (this.#diskBytes > maxBytes && this.#keeper.bytes > 0)
			throw new Error(`the spool has its full size of ${maxBytes} bytes, and nothing in it may go yet`);
	}

	async #release(): Promise<void> {
		const { destination, watermark, maxBytes, retainMs } = this.#options;
		// A store has it for good: gone at once. An endpoint has only accepted it, or there is none: gone when its room is needed.
		if (watermark !== undefined) await this.#keeper.release(Math.min(this.#shippedSeq, this.#watermark), 0);
		const room = Math.max(0, maxBytes - this.#appender.point.bytes);
		if (destination === undefined) await this.#keeper.release(Number.POSITIVE_INFINITY, room, this.#now() - retainMs);
		else if (watermark === undefined) await this.#keeper.release(this.#shippedSeq, room);
	}

	async #checkpoint(reason: 'INTERVAL' | 'CLOSED'): Promise<void> {
		const { point } = this.#appender;
		if (point.segment === 0 || (reason === 'INTERVAL' && point.seq === this.#checkpointed)) return;
		await this.#checkpoints.write(reason, point, this.#now());
		this.#checkpointed = point.seq;
	}

	async #readWatermark(source: WatermarkSource): Promise<void> {
		this.#watermark = (await readWatermark(source, this.#options.producerId)) ?? this.#watermark;
		await this.#adopted.readWatermarks(source);
		await this.#release();
	}

	async #finish({ request, deadlineMs, kind }: FlushMessage): Promise<void> {
		const left = () => Math.max(0, deadlineMs - Date.now());
		let isDone = false;
		try {
			await Promise.race([this.#writing, delay(left())]);
			isDone = this.#waiting === 0 && ((await this.#shipper?.flush(left())) ?? true);
			if (kind === 'close') await this.#close();
		} catch (error) {
			this.#failWriting(messageOf(error));
		}
		this.#post({ kind: 'flushed', request, isDone });
	}

	async #close(): Promise<void> {
		this.#turns.stop();
		await this.#checkpoint('CLOSED');
		await this.#appender.close();
		await Promise.all([this.#shipper?.stop(), this.#adopted.stop()]);
	}

	#ownShipper(recent: RecentGroups | undefined): SpoolShipper | undefined {
		if (this.#options.destination === undefined) return undefined;
		return this.#shipperOf(this.#directory, this.#options.producerId, {
			recent,
			noteEveryMs: NOTE_MS,
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
		own: Pick<SpoolShipperOptions, 'durableSeq' | 'onShipped' | 'recent' | 'noteEveryMs'>,
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
}

const delay = (milliseconds: number): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
