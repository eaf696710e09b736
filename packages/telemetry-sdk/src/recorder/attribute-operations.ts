// Hot path: what is said about stages. Closures over constant arrays, as for stages.
import type { CodeDef, Journal, NumberDef, RecordTracer, Stage, TextDef, ValueDef } from '@pipeline/telemetry-core';
import { attributeNamed } from '@pipeline/telemetry-core/registry';
import type { DefinitionFacts } from './definition-facts.ts';
import { isOwnerWord } from './entries.ts';
import type { EntryWriter } from './entry-writer.ts';
import type { JournalMemory } from './journal-memory.ts';
import { CODE_WORD, INTEGER_WORD, NAME_WORD, VALUE_WORDS } from './layout.ts';
import { LAST, LENGTH, PLACE, RECORD_ID, ROOM, STATE_WORDS } from './slot-state.ts';
import { NO_NAME, type StringTable } from './string-table.ts';

export type AttributeOperations = Pick<RecordTracer, 'setNumber' | 'setCode' | 'setText'>;

export interface AttributeOptions {
	readonly memory: JournalMemory;
	readonly writer: EntryWriter;
	readonly facts: DefinitionFacts;
	readonly names: StringTable;
}

/** Attributes of stages and events. */
export function createAttributeOperations(options: AttributeOptions): AttributeOperations {
	// Constants, which parameters are not for the compiler.
	const { memory, writer, facts, names } = options;
	const { state, slotMask } = memory;
	const recordId = attributeNamed('pipeline.record_id');

	/** Three words about a stage or an event; in the arena while there is room. */
	function write(slot: number, word: number, owner: Stage, value: number): void {
		const row = slot * STATE_WORDS;
		const at = state[row + LENGTH]!;
		const place = state[row + PLACE]! + at;
		const isLast = owner === state[row + LAST]!;
		if (at + VALUE_WORDS > state[row + ROOM]! || !(isLast || (owner >= 0 && owner < at))) {
			writer.about(slot, word, owner, value);
			return;
		}
		const { arena } = memory;
		if (!(isLast || isOwnerWord(arena[place - at + owner]!))) return;
		arena[place] = word;
		arena[place + 1] = owner;
		arena[place + 2] = value;
		state[row + LENGTH] = at + VALUE_WORDS;
	}

	function unusualNumber(journal: Journal, stage: Stage, key: NumberDef, value: number): void {
		const slot = journal & slotMask;
		if (state[slot * STATE_WORDS] !== journal) return;
		if (value === (value | 0)) write(slot, INTEGER_WORD | key, stage, value);
		else writer.number(slot, key, stage, value);
	}

	return {
		setNumber(journal: Journal, stage: Stage, key: NumberDef, value: number): void {
			const row = (journal & slotMask) * STATE_WORDS;
			const at = state[row + LENGTH]!;
			const isUsual = state[row] === journal && stage === state[row + LAST]! && value === (value | 0);
			if (!isUsual || at + VALUE_WORDS > state[row + ROOM]!) {
				unusualNumber(journal, stage, key, value);
				return;
			}
			// Most of what is said: a small number, of the newest stage.
			const { arena } = memory;
			const place = state[row + PLACE]! + at;
			arena[place] = INTEGER_WORD | key;
			arena[place + 1] = stage;
			arena[place + 2] = value;
			state[row + LENGTH] = at + VALUE_WORDS;
		},

		setCode(journal: Journal, stage: Stage, key: CodeDef, value: ValueDef): void {
			const slot = journal & slotMask;
			if (state[slot * STATE_WORDS] === journal) write(slot, CODE_WORD | key, stage, value);
		},

		setText(journal: Journal, stage: Stage, key: TextDef, value: string): void {
			const slot = journal & slotMask;
			// Callers in JavaScript may pass anything.
			if (state[slot * STATE_WORDS] !== journal || typeof value !== 'string') return;
			const maxLength = facts.maxLength(key);
			if (maxLength === 0) return;
			if (facts.isInterned(key) && value.length <= maxLength) {
				const name = names.idOf(value);
				if (name !== NO_NAME) {
					write(slot, NAME_WORD | key, stage, name);
					return;
				}
			}
			const at = writer.attributeText(slot, key, stage, value, maxLength);
			if (key === recordId && at > 0) state[slot * STATE_WORDS + RECORD_ID] = at;
		},
	};
}
