import type { LineageTimeRange } from './lineage-request.ts';

/** Part of a WHERE clause; its values are in `parameters`. */
export interface Condition {
	readonly sql: string;
	readonly parameters: Readonly<Record<string, unknown>>;
}

/** Rows of a time range; all without one. */
export function timeCondition(timeRange: LineageTimeRange | undefined, column = 'timestamp'): Condition {
	if (timeRange === undefined) return { sql: '1', parameters: {} };
	const instant = (name: string) => `parseDateTime64BestEffort({${name}:String}, 6, 'UTC')`;
	return {
		sql: `${column} >= ${instant('from')} AND ${column} < ${instant('to')}`,
		parameters: { from: timeRange.from, to: timeRange.to },
	};
}
