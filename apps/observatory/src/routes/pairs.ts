/** `key=value` of a query string, as an object; what comes later wins. */
export function pairsOf(texts: readonly string[]): Readonly<Record<string, string>> {
	return Object.fromEntries(
		texts.map((text) => {
			const at = text.indexOf('=');
			return [text.slice(0, at), text.slice(at + 1)];
		}),
	);
}
