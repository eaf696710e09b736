const SUFFIX = '...';

/** At most `maxLength` UTF-16 code units, the last three of a cut text being dots; no character is cut in half. */
export function truncateText(text: string, maxLength: number): string {
	if (text.length <= maxLength) return text;
	const kept = text.slice(0, Math.max(0, maxLength - SUFFIX.length));
	const last = kept.charCodeAt(kept.length - 1);
	const isHalf = last >= 0xd800 && last <= 0xdbff;
	return (isHalf ? kept.slice(0, -1) : kept) + SUFFIX.slice(0, maxLength);
}
