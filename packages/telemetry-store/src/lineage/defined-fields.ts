type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** The fields that have a value: not undefined, and no empty text. */
export function definedFields<Fields extends object>(fields: Fields): Defined<Fields> {
	const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
	return Object.fromEntries(entries) as Defined<Fields>;
}

/** Each text once, in their order; without what is missing. */
export function distinct(texts: Iterable<string | undefined>): readonly string[] {
	const seen = new Set<string>();
	for (const text of texts) if (text !== undefined && text !== '') seen.add(text);
	return [...seen];
}
