import { type EpochKeys, type TraceFields, writeHexWords } from '@pipeline/telemetry-core';
import {
	KEPT_VALUE,
	OWN_KEY,
	parseBaggage,
	RANDOM_FLAG,
	SAMPLED_FLAG,
	withTraceStateEntry,
} from '@pipeline/telemetry-core/propagation';
import { entryWords, kindOf } from './entries.ts';
import * as Flag from './flag.ts';
import * as HEADER from './header.ts';
import * as Kind from './kind.ts';
import { ENTRY_KIND_MASK, FIRST_ENTRY, STAGE_WORD } from './layout.ts';
import { readText } from './text.ts';

const ids = new Uint32Array(6);

/** Writes where a record stands, as strings. `at` is where its journal begins in `words`; a stage that is none counts as the entry stage. */
export function writePosition(
	words: Int32Array,
	at: number,
	stage: number,
	flags: number,
	keys: EpochKeys,
	into: TraceFields,
): TraceFields {
	const here = stage > 0 && (words[at + stage]! & ENTRY_KIND_MASK) === STAGE_WORD ? stage : 0;
	for (let word = 0; word < 4; word++) ids[word] = words[at + HEADER.TRACE_ID + word]!;
	into.traceId = writeHexWords(ids, 0, 4);
	into.spanId = spanIdOf(words, at, here, keys);
	const isKept = (flags & Flag.KEEP) !== 0;
	into.traceFlags = traceFlagsOf(flags);
	if (here !== 0) into.parentSpanId = spanIdOf(words, at, words[at + here + 1]!, keys);
	else if ((flags & Flag.ROOT) === 0) into.parentSpanId = parentSpanIdOf(words, at);
	writeOwnContext(words, at, flags, isKept, into);
	return into;
}

/** W3C trace flags of a journal's `Flag`s. */
export function traceFlagsOf(flags: number): number {
	const isSampled = (flags & (Flag.KEEP | Flag.SAMPLED)) !== 0;
	return (isSampled ? SAMPLED_FLAG : 0) | ((flags & Flag.RANDOM) === 0 ? 0 : RANDOM_FLAG);
}

function spanIdOf(words: Int32Array, at: number, stage: number, keys: EpochKeys): string {
	keys.writeSpanId(words[at + HEADER.SEQUENCE]!, Math.max(0, stage), ids, 4);
	return writeHexWords(ids, 4, 2);
}

function parentSpanIdOf(words: Int32Array, at: number): string {
	ids[4] = words[at + HEADER.PARENT_SPAN_ID]!;
	ids[5] = words[at + HEADER.PARENT_SPAN_ID + 1]!;
	return writeHexWords(ids, 4, 2);
}

/** Trace state and baggage are the first entries of a journal that has them. */
function writeOwnContext(words: Int32Array, at: number, flags: number, isKept: boolean, into: TraceFields): void {
	let state: string | undefined;
	if ((flags & Flag.HAS_CONTEXT) !== 0) {
		let entry = at + FIRST_ENTRY;
		if (kindOf(words[entry]!) === Kind.TRACE_STATE) {
			state = readText(words, entry);
			entry += entryWords(words, entry);
		}
		if (kindOf(words[entry]!) === Kind.BAGGAGE) into.baggage = parseBaggage(readText(words, entry)).baggage;
	}
	if (isKept) state = withTraceStateEntry(state ?? '', OWN_KEY, KEPT_VALUE);
	if (state !== undefined && state !== '') into.traceState = state;
}
