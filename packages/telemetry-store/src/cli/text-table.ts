/** Columns of a table whose cells are numbers stand to the right. */
export type Alignment = 'left' | 'right';

/** Rows as lines with their cells below each other; two blanks between them. */
export function textTable(
	head: readonly string[],
	rows: readonly (readonly string[])[],
	alignments: readonly Alignment[],
): string {
	const lines = [head, ...rows];
	const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
	const padded = (cell: string, column: number) => {
		const width = widths[column] ?? 0;
		return alignments[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
	};
	return `${lines.map((cells) => cells.map(padded).join('  ').trimEnd()).join('\n')}\n`;
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
const STEP = 1_000;

/** With three digits and a unit: `47.4 B`, `1.25 GB`. */
export function bytesText(bytes: number): string {
	let value = bytes;
	let unit = 0;
	while (value >= STEP && unit < UNITS.length - 1) {
		value /= STEP;
		unit += 1;
	}
	return `${Number(value.toPrecision(3))} ${UNITS[unit]}`;
}
