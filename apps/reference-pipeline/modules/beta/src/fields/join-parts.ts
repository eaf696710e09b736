/** Sources of a composite text and the way they are joined. */
export interface Joining {
	readonly sources: readonly string[];
	readonly separator: string;
	readonly template?: string | undefined;
}

/** Joins the texts of the sources; `undefined` parts are skipped, and with no part at all there is no text. */
export function joinParts(joining: Joining, textOfField: (name: string) => string | undefined): string | undefined {
	const parts = joining.sources.map(textOfField);
	const present = parts.filter((part) => part !== undefined);
	if (present.length === 0) return undefined;
	if (joining.template === undefined) return present.join(joining.separator);
	return joining.template.replace(/\{([^{}]+)\}/g, (place, name: string) => {
		const at = joining.sources.indexOf(name);
		return at < 0 ? place : (parts[at] ?? '');
	});
}
