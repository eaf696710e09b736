const OPENING = /<!-- generated:([a-z-]+) -->/g;

/** A page opens a generated section and never closes it. */
export class UnclosedSectionError extends Error {
	readonly code = 'UNCLOSED_SECTION';

	constructor(section: string) {
		super(`"<!-- generated:${section} -->" has no "<!-- /generated:${section} -->" after it; add it to the page`);
		this.name = 'UnclosedSectionError';
	}
}

/**
 * The page with the text between each `<!-- generated:NAME -->` and `<!-- /generated:NAME -->` replaced by what `render`
 * gives for NAME. Doing it twice changes nothing.
 *
 * @throws UnclosedSectionError
 */
export function replaceGeneratedSections(markdown: string, render: (section: string) => string): string {
	let page = '';
	let position = 0;
	for (const { 0: opening, 1: section = '', index } of markdown.matchAll(OPENING)) {
		if (index < position) continue;
		const closing = `<!-- /generated:${section} -->`;
		const end = markdown.indexOf(closing, index);
		if (end < 0) throw new UnclosedSectionError(section);
		page += `${markdown.slice(position, index)}${opening}\n\n${render(section)}\n\n${closing}`;
		position = end + closing.length;
	}
	return page + markdown.slice(position);
}
