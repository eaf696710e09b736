import type { ReceiptContext } from '../recorder/receipts.ts';
import { writeString } from './attribute-facts.ts';
import { Templates } from './templates.ts';

/** Words of names that are remembered; beyond them all are forgotten and learned anew. */
const MAX_WORDS = 262_144;

/** The names of one process's string table as AnyValues. */
export class NameTemplates {
	readonly #templates = new Templates();
	readonly #project: (name: string) => string;
	#positions: number[] = [];
	#context: ReceiptContext | undefined;
	#empty = 0;

	/** @param project what is written of a name */
	constructor(project: (name: string) => string = (name) => name) {
		this.#project = project;
	}

	get words(): Int32Array {
		return this.#templates.words;
	}

	/** Names mean something in their context only. */
	use(context: ReceiptContext): void {
		if (context === this.#context && this.#templates.size < MAX_WORDS) return;
		this.#context = context;
		this.#positions = [];
		this.#templates.truncate(1);
		this.#empty = this.#templates.add((writer) => writeString(writer, ''));
	}

	of(id: number): number {
		return this.#positions[id] ?? this.#learn(id);
	}

	#learn(id: number): number {
		const name = this.#context?.nameOf(id) ?? '';
		// Numbers that no table has come from words that are no journal: they are not worth remembering.
		if (name === '') return this.#empty;
		this.#positions[id] = this.#templates.add((writer) => writeString(writer, this.#project(name)));
		return this.#positions[id]!;
	}
}
