import {
	type EpochKeys,
	Identity,
	type IdentityOptions,
	readHexWords,
	type SamplingThreshold,
	type TraceFields,
} from '@pipeline/telemetry-core';
import {
	isSpanId,
	isTraceId,
	KEPT_VALUE,
	OPEN_TELEMETRY_KEY,
	OWN_KEY,
	RANDOM_FLAG,
	readTraceStateEntry,
	SAMPLED_FLAG,
	writeBaggage,
} from '@pipeline/telemetry-core/propagation';
import type { EntryWriter } from './entry-writer.ts';
import * as Flag from './flag.ts';
import * as HEADER from './header.ts';
import type { JournalMemory } from './journal-memory.ts';
import * as Kind from './kind.ts';
import { OWN_CONTEXT } from './layout.ts';

const KEEP_BAGGAGE = 'pipeline.keep';
const MAX_CONTEXT_LENGTH = 8_192;
/** Epochs whose keys are kept: 64 million records. */
const MAX_EPOCHS = 64;

/** Gives records their ids and decides at their beginning whether their trace is sampled. */
export class Origin {
	readonly #memory: JournalMemory;
	readonly #identity: Identity;
	readonly #epochs = new Map<number, EpochKeys>();
	readonly #threshold: SamplingThreshold;
	readonly #ownState: string | undefined;

	constructor(memory: JournalMemory, threshold: SamplingThreshold, identity: IdentityOptions = {}) {
		this.#memory = memory;
		this.#threshold = threshold;
		this.#ownState = threshold.th === undefined ? undefined : `${OPEN_TELEMETRY_KEY}=th:${threshold.th}`;
		this.#identity = new Identity({
			...identity,
			onEpoch: (keys) => {
				identity.onEpoch?.(keys);
				this.#epochs.set(keys.epoch, keys);
				this.#epochs.delete(keys.epoch - MAX_EPOCHS);
			},
		});
	}

	keysOf(epoch: number): EpochKeys | undefined {
		return this.#epochs.get(epoch);
	}

	/** Writes the ids of a new journal. @returns its flags */
	begin(slot: number, remote: Readonly<TraceFields> | undefined): number {
		const { arena, unsigned } = this.#memory;
		const place = this.#memory.placeOf(slot);
		const sequence = this.#identity.next();
		const { keys } = this.#identity;
		arena[place + HEADER.SEQUENCE] = sequence;
		arena[place + HEADER.EPOCH] = keys.epoch;
		if (remote !== undefined && isTraceId(remote.traceId) && isSpanId(remote.spanId))
			return this.#continue(place, remote);
		arena[place + HEADER.PARENT_SPAN_ID] = 0;
		arena[place + HEADER.PARENT_SPAN_ID + 1] = 0;
		keys.writeTraceId(sequence, unsigned, place + HEADER.TRACE_ID);
		const flags = Flag.ROOT | Flag.RANDOM;
		return this.#threshold.isSampled(unsigned, place + HEADER.TRACE_ID) ? flags | Flag.SAMPLED : flags;
	}

	/** Writes what travels with the record, as the journal's first entries. @returns further flags */
	writeContext(slot: number, flags: number, remote: Readonly<TraceFields> | undefined, writer: EntryWriter): number {
		const isRoot = (flags & Flag.ROOT) !== 0;
		const state = isRoot ? ((flags & Flag.SAMPLED) === 0 ? undefined : this.#ownState) : remote?.traceState;
		const baggage = remote?.baggage;
		if (state === undefined && baggage === undefined) return 0;
		let further = 0;
		if (state !== undefined && state !== '') {
			writer.text(slot, Kind.TRACE_STATE, 0, OWN_CONTEXT, state, MAX_CONTEXT_LENGTH);
			further |= Flag.HAS_CONTEXT;
			if (!isRoot && readTraceStateEntry(state, OWN_KEY) === KEPT_VALUE) further |= Flag.FORCED;
		}
		if (baggage !== undefined) {
			writer.text(slot, Kind.BAGGAGE, 0, OWN_CONTEXT, writeBaggage(baggage), MAX_CONTEXT_LENGTH);
			further |= Flag.HAS_CONTEXT;
			if (baggage[KEEP_BAGGAGE] === '1') further |= Flag.FORCED;
		}
		return further;
	}

	#continue(place: number, remote: Readonly<TraceFields>): number {
		const { arena } = this.#memory;
		readHexWords(remote.traceId as string, arena, place + HEADER.TRACE_ID);
		readHexWords(remote.spanId as string, arena, place + HEADER.PARENT_SPAN_ID);
		const traceFlags = remote.traceFlags ?? 0;
		return (
			((traceFlags & SAMPLED_FLAG) === 0 ? 0 : Flag.SAMPLED) | ((traceFlags & RANDOM_FLAG) === 0 ? 0 : Flag.RANDOM)
		);
	}
}
