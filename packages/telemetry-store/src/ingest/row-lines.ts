/** Rows of a request for one table: JSON, one row a line. */
export interface TableRows {
	readonly table: string;
	readonly rows: number;
	readonly chunks: readonly Uint8Array[];
}

interface Lines {
	rows: number;
	text: string;
	readonly chunks: Uint8Array[];
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
			lines = { rows: 0, text: '', chunks: [] };
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
			lines.chunks.push(Buffer.from(lines.text));
			lines.text = '';
		}
	}

	/** What was sealed. */
	tables(): readonly TableRows[] {
		return [...this.#tables].map(([table, { rows, chunks }]) => ({ table, rows, chunks }));
	}
}

/** A row of columns that many rows share, as JSON, and its own. */
export function rowLine(sharedJson: string, row: object): string {
	return `${sharedJson.slice(0, -1)},${JSON.stringify(row).slice(1)}`;
}
