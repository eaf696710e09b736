import { printable } from '@pipeline/command-line/terminal-text';

/** A column of a table: its heading and what stands in it. */
export interface Column<Row> {
	readonly title: string;
	readonly of: (row: Row) => string | number | undefined;
	/** Numbers stand at the right. */
	readonly isNumber?: boolean;
}

const GAP = '  ';
const MIN_WIDTH = 8;

/**
 * Rows as text. Columns are as wide as what is in them; where they are wider than the terminal, the widest give way.
 *
 * @param width of the terminal, in characters; Infinity: nothing is cut
 */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string {
	const cells = rows.map((row) => columns.map((column) => printable(column.of(row))));
	const widths = columns.map(({ title }, index) =>
		Math.max(title.length, ...cells.map((line) => line[index]?.length ?? 0)),
	);
	narrow(widths, width - GAP.length * (columns.length - 1));
	const line = (texts: readonly string[]) =>
		texts
			.map((text, index) => fitted(text, widths[index] ?? 0, columns[index]?.isNumber === true))
			.join(GAP)
			.trimEnd();
	return [line(columns.map(({ title }) => title)), ...cells.map(line)].join('\n');
}

function narrow(widths: number[], available: number): void {
	let excess = widths.reduce((sum, width) => sum + width, 0) - available;
	while (excess > 0) {
		const widest = Math.max(...widths);
		if (widest <= MIN_WIDTH) return;
		widths[widths.indexOf(widest)] = widest - 1;
		excess--;
	}
}

function fitted(text: string, width: number, isNumber: boolean): string {
	const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
	return isNumber ? cut.padStart(width) : cut.padEnd(width);
}
