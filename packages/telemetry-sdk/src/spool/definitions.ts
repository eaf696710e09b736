import { EpochKeys, type Scope } from '@pipeline/telemetry-core';
import type { ReceiptContext } from '../recorder/receipts.ts';
import { EntryKind } from './format.ts';
import { entryText, type GroupEntry } from './group-entries.ts';
import type { GroupWriter } from './group-writer.ts';

const SEED_WORDS = 8;
const NO_SCOPE: Scope = { name: '@pipeline/telemetry-core', version: '' };

/** What receipts refer to: read from the entries that define it, and written again where a segment begins. */
export class Definitions implements ReceiptContext {
	readonly #texts = new Map<number, string>();
	readonly #epochs = new Map<number, EpochKeys>();
	readonly #scopes = new Map<number, Scope>();

	nameOf(id: number): string {
		return this.#texts.get(id) ?? '';
	}

	keysOf(epoch: number): EpochKeys | undefined {
		return this.#epochs.get(epoch);
	}

	/** Who speaks for the definitions of a base. */
	scopeOf(base: number): Scope {
		return this.#scopes.get(base) ?? NO_SCOPE;
	}

	/** Takes in an entry, if it defines something. */
	learn(words: Int32Array, entry: GroupEntry): void {
		if (entry.kind === EntryKind.TEXT_DEFINITION && entry.words >= 3) {
			this.#texts.set(words[entry.at + 1]!, entryText(words, entry));
		} else if (entry.kind === EntryKind.SCOPE && entry.words >= 3) {
			const text = entryText(words, entry);
			const at = text.lastIndexOf('@');
			this.#scopes.set(words[entry.at + 1]!, { name: text.slice(0, at), version: text.slice(at + 1) });
		} else if (entry.kind === EntryKind.EPOCH && entry.words === 2 + SEED_WORDS) {
			const epoch = words[entry.at + 1]!;
			this.#epochs.set(
				epoch,
				new EpochKeys(epoch, new Uint32Array(words.subarray(entry.at + 2, entry.at + 2 + SEED_WORDS))),
			);
		}
	}

	/** Writes all of them. */
	writeTo(writer: GroupWriter): void {
		for (const [id, text] of this.#texts) writer.define(id, text);
		for (const keys of this.#epochs.values()) writer.epoch(keys);
		for (const [base, scope] of this.#scopes) writer.scope(base, scope);
	}
}
