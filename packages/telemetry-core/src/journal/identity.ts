import { EpochKeys, RECORDS_PER_EPOCH, SEED_WORDS } from './epoch-keys.ts';
import { writeHexWords } from './hex-words.ts';

/** How an identity is set up. */
export interface IdentityOptions {
	/** Fills a seed with random words; tests make it repeatable. @default `crypto.getRandomValues` */
	readonly fillSeed?: (seed: Uint32Array<ArrayBuffer>) => void;
	/** Told about each new epoch before any of its ids exists, so that its keys can be kept. */
	readonly onEpoch?: (keys: EpochKeys) => void;
	/** Records per epoch. @default 2^20 */
	readonly recordsPerEpoch?: number;
}

/**
 * Numbers the records of one process (or worker thread: each makes its own). `keys` and the number that `next` returned
 * give the record's trace id and span ids; a record that outlives its epoch must hold on to its `keys`.
 */
export class Identity {
	readonly #fillSeed: (seed: Uint32Array<ArrayBuffer>) => void;
	readonly #onEpoch: ((keys: EpochKeys) => void) | undefined;
	readonly #recordsPerEpoch: number;
	#sequence = 0;
	#keys: EpochKeys;

	constructor(options: IdentityOptions = {}) {
		// The global: importing `node:crypto` would add 2 to 4 ms to every start.
		this.#fillSeed = options.fillSeed ?? ((seed) => void crypto.getRandomValues(seed));
		this.#onEpoch = options.onEpoch;
		this.#recordsPerEpoch = options.recordsPerEpoch ?? RECORDS_PER_EPOCH;
		this.#keys = this.#beginEpoch(0);
	}

	/** Keys of the number that `next` returned last. */
	get keys(): EpochKeys {
		return this.#keys;
	}

	/** The next record's number in its epoch; begins a new epoch when the last is used up. */
	next(): number {
		if (this.#sequence === this.#recordsPerEpoch) {
			this.#keys = this.#beginEpoch(this.#keys.epoch + 1);
			this.#sequence = 0;
		}
		return this.#sequence++;
	}

	#beginEpoch(epoch: number): EpochKeys {
		const seed = new Uint32Array(SEED_WORDS);
		this.#fillSeed(seed);
		const keys = new EpochKeys(epoch, seed);
		this.#onEpoch?.(keys);
		return keys;
	}
}

/** The shape of OpenTelemetry's `IdGenerator`. */
export interface IdentityIdGenerator {
	generateTraceId(): string;
	generateSpanId(): string;
}

/** Ids of the same quality for an OpenTelemetry SDK: the last 7 bytes of its trace ids are random. */
export function identityIdGenerator(identity: Identity = new Identity()): IdentityIdGenerator {
	const words = new Uint32Array(4);
	return {
		generateTraceId() {
			const sequence = identity.next();
			identity.keys.writeTraceId(sequence, words, 0);
			return writeHexWords(words, 0, 4);
		},
		generateSpanId() {
			const sequence = identity.next();
			identity.keys.writeSpanId(sequence, 0, words, 0);
			return writeHexWords(words, 0, 2);
		},
	};
}
