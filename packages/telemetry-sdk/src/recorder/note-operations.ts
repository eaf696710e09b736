import {
	ENTRY_STAGE,
	type ErrorDef,
	exceptionAttributes,
	type Journal,
	type RecordTracer,
	type SpanEventDef,
	type Stage,
	type TraceFields,
} from '@pipeline/telemetry-core';
import { type LinkTypeName, lookUpError } from '@pipeline/telemetry-core/registry';
import type { EntryWriter } from './entry-writer.ts';
import * as Flag from './flag.ts';
import type { JournalMemory } from './journal-memory.ts';
import * as Kind from './kind.ts';
import { LinkTargets } from './link-targets.ts';
import { LINK_NUMBERS } from './link-types.ts';
import { FLAGS, STATE_WORDS } from './slot-state.ts';
import { NO_NAME, type StringTable } from './string-table.ts';

const MAX_STACK_LENGTH = 8_192;
const MAX_TYPE_LENGTH = 128;

export type NoteOperations = Pick<RecordTracer, 'event' | 'fail' | 'link'>;

export interface NoteOptions {
	readonly memory: JournalMemory;
	readonly writer: EntryWriter;
	readonly names: StringTable;
	readonly now: () => number;
}

/** Events, failures and links of stages. */
export function createNoteOperations({ memory, writer, names, now }: NoteOptions): NoteOperations {
	const { state } = memory;
	const targets = new LinkTargets();
	/** Where the number of the error's type is known, or has room to be. */
	const nameOfType = (type: string): number => names.idOf(type.slice(0, MAX_TYPE_LENGTH)) || names.idOf('Error');
	nameOfType('Error');

	return {
		event(journal: Journal, stage: Stage, event: SpanEventDef): Stage {
			const slot = memory.slotOf(journal);
			return slot < 0 ? ENTRY_STAGE : (writer.event(slot, event, stage, now()) as Stage);
		},

		fail(journal: Journal, stage: Stage, code: ErrorDef, error?: unknown): void {
			const slot = memory.slotOf(journal);
			const named = lookUpError(code);
			if (slot < 0 || named === undefined) return;
			const thrown = error === undefined ? undefined : exceptionAttributes(named, error);
			const type = thrown === undefined ? NO_NAME : nameOfType(thrown['exception.type'] ?? '');
			if (!writer.failure(slot, code, stage, type, now())) return;
			state[slot * STATE_WORDS + FLAGS]! |= Flag.ERROR;
			const stack = thrown?.['exception.stacktrace'];
			if (stack !== undefined) writer.text(slot, Kind.STACK, 0, stage, stack, MAX_STACK_LENGTH);
		},

		link(journal: Journal, stage: Stage, kind: LinkTypeName, target: Stage | Readonly<TraceFields>): void {
			const slot = memory.slotOf(journal);
			if (slot < 0) return;
			const type = LINK_NUMBERS[kind];
			if (typeof target === 'number') {
				writer.link(slot, type, stage, target);
				return;
			}
			const at = targets.at(target);
			if (at < 0 || !writer.remoteLink(slot, type, stage, targets.words, at, target.traceFlags ?? 0)) return;
			const { traceState } = target;
			if (traceState !== undefined) writer.text(slot, Kind.TRACE_STATE, 0, stage, traceState, traceState.length);
		},
	};
}
