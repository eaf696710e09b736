import { hash } from 'node:crypto';
import type { RowBatch } from './insert-rows.ts';

/** Rows that were made together: JSON, one row a line. */
export interface RowChunk {
	readonly bytes: Uint8Array;
	/** SHA-256, hexadecimal: made with the rows, since that of a whole batch would take long in one go. */
	readonly digest: string;
}

/** Rows of a request for one table. */
export interface TableRows {
	readonly table: string;
	readonly rows: number;
	readonly bytes: number;
	readonly chunks: readonly RowChunk[];
}

interface Lines {
	rows: number;
	text: string;
	bytes: number;
	readonly chunks: RowChunk[];
}

/** The rows that a request becomes, by table. */
export class RowLines {
	readonly #tables = new Map<string, Lines>();
	#length = 0;

	/** Characters of all rows. */
	get length(): number {
		return this.#length;
	}

	/** @param line JSON, without an end of line */
	add(table: string, line: string): void {
		let lines = this.#tables.get(table);
		if (lines === undefined) {
			lines = { rows: 0, text: '', bytes: 0, chunks: [] };
			this.#tables.set(table, lines);
		}
		lines.text += `${line}\n`;
		lines.rows++;
		this.#length += line.length;
	}

	/** Makes bytes of what was added, a slice at a time: text takes more memory. */
	seal(): void {
		for (const lines of this.#tables.values()) {
			if (lines.text === '') continue;
			const bytes = Buffer.from(lines.text);
			lines.chunks.push({ bytes, digest: hash('sha256', bytes) });
			lines.bytes += bytes.length;
			lines.text = '';
		}
	}

	/** What was sealed. */
	tables(): readonly TableRows[] {
		return [...this.#tables].map(([table, { rows, bytes, chunks }]) => ({ table, rows, bytes, chunks }));
	}
}

/** A row of columns that many rows share, as JSON, and its own. */
export function rowLine(sharedJson: string, row: object): string {
	return `${sharedJson.slice(0, -1)},${JSON.stringify(row).slice(1)}`;
}

/** One batch of many chunks. Its token follows from its rows: the same batch has the same one. */
export function batchOf(table: string, chunks: readonly RowChunk[], columns?: readonly string[]): RowBatch {
	return {
		table,
		columns,
		rows: Buffer.concat(chunks.map(({ bytes }) => bytes)),
		token: hash('sha256', `${table} ${chunks.map(({ digest }) => digest).join(' ')}`),
	};
}
