/** What a table will weigh depends on. */
export interface GrowingTable {
	readonly bytes: number;
	readonly bytesPerDay: number;
	/** After so many days as many rows go as come; absent: nothing goes. */
	readonly retentionDays?: number;
}

/** Forecasts do not look further. */
export const FORECAST_DAYS = 3_650;

/** Bytes that a table has after so many days: it grows until retention takes away as much as comes, and shrinks to that if it has more. */
export function bytesAfter({ bytes, bytesPerDay, retentionDays }: GrowingTable, days: number): number {
	const grown = bytes + bytesPerDay * days;
	if (retentionDays === undefined) return grown;
	const settled = bytesPerDay * retentionDays;
	// What is there today goes evenly over the time that it is kept.
	const leftOfToday = bytes * Math.max(0, 1 - days / retentionDays);
	return bytes > settled
		? Math.max(settled, leftOfToday + bytesPerDay * Math.min(days, retentionDays))
		: Math.min(grown, settled);
}

/**
 * Days until the tables together weigh so much, if they go on as they do; 0 when they do already.
 *
 * @returns undefined when that is not within ten years
 */
export function daysUntil(capacityBytes: number, tables: readonly GrowingTable[]): number | undefined {
	for (let days = 0; days <= FORECAST_DAYS; days += 1) {
		const total = tables.reduce((sum, table) => sum + bytesAfter(table, days), 0);
		if (total >= capacityBytes) return days;
	}
	return undefined;
}
