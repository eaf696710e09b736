/** A header as the common clients hand it over: one value, several, or none. */
export type HeaderValue = string | readonly string[] | null | undefined;

/**
 * Where headers are read from: a record with names in any case (Node's `headers`, `headersDistinct`, a queue message's
 * headers) or a function that finds a header by its lowercase name (`(name) => fetchHeaders.get(name)`).
 */
export type HeaderSource = ((name: string) => HeaderValue) | Readonly<Record<string, HeaderValue>>;

/** Every value of one header, in order. A record's keys are compared without regard to case. */
export function headerValues(headers: HeaderSource, name: string): readonly string[] {
	if (typeof headers === 'function') return asList(headers(name));
	const values: string[] = [];
	for (const key of Object.keys(headers)) {
		if (key.length === name.length && key.toLowerCase() === name) values.push(...asList(headers[key]));
	}
	return values;
}

function asList(value: unknown): readonly string[] {
	if (value === undefined || value === null) return [];
	const list: readonly unknown[] = Array.isArray(value) ? value : [value];
	if (!list.every((item) => typeof item === 'string'))
		throw new TypeError('A header is neither a string nor a list of strings.');
	return list;
}
