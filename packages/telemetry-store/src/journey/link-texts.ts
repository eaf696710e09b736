import type { RecordJourney } from './journey.ts';

/** Links that are shown: the data has all. */
const MAX_LINKS = 20;

/** Traces that the record's own point to, in words. */
export function linkTexts(links: RecordJourney['links']): readonly string[] {
	const more = links.length > MAX_LINKS ? [`… and ${links.length - MAX_LINKS} more`] : [];
	return [...links.slice(0, MAX_LINKS).map(({ traceId, type }) => `${type} ${traceId}`.trim()), ...more];
}
