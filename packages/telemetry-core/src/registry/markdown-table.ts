function line(cells: readonly string[]): string {
	return `| ${cells.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

/** A Markdown table; `|` and line breaks in cells are made harmless. Without rows it is the word "None." */
export function renderTable(headers: readonly string[], rows: readonly (readonly string[])[]): string {
	if (rows.length === 0) return 'None.';
	return [line(headers), `|${headers.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
