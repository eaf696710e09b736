import type { StoreDatabase } from '../../src/connection/store-database.ts';

export interface TestPoint {
	readonly name: string;
	/** Seconds after 10:00. */
	readonly at: number;
	/** Seconds after 10:00 at which the process started. @default an hour before */
	readonly since?: number;
	readonly attributes?: Record<string, string>;
	readonly resource?: Record<string, string>;
	readonly service?: string;
	readonly value?: number;
	readonly isDelta?: boolean;
	readonly bounds?: readonly number[];
	readonly counts?: readonly number[];
	readonly sum?: number;
	readonly scale?: number;
	readonly offset?: number;
	readonly zeros?: number;
	/** Counts of negative values. */
	readonly below?: readonly number[];
}

const BEGIN_S = Date.parse('2026-11-20T10:00:00Z') / 1_000;
const HOUR_S = 3_600;
let inserts = 0;

export const timeAt = (seconds: number) => new Date((BEGIN_S + seconds) * 1_000).toISOString();
export const rangeOf = (from: number, to: number) => ({ from: timeAt(from), to: timeAt(to) });

export async function insertPoints(database: StoreDatabase, kind: Kind, points: readonly TestPoint[]): Promise<void> {
	const rows = points.map((point) => JSON.stringify({ ...commonOf(point), ...VALUES[kind](point) }));
	inserts += 1;
	await database.insert(`otel_metrics_${kind}`, Buffer.from(rows.join('\n')), `points-${inserts}`);
}

function commonOf({ name, at, since = -HOUR_S, attributes = {}, resource = {}, service = 'pipeline' }: TestPoint) {
	return {
		MetricName: name,
		ServiceName: service,
		Attributes: attributes,
		ResourceAttributes: resource,
		TimeUnix: BEGIN_S + at,
		StartTimeUnix: BEGIN_S + since,
	};
}

const numberOf = ({ value = 0 }: TestPoint) => ({ Value: value });

const sumOf = (point: TestPoint) => ({
	...numberOf(point),
	AggregationTemporality: point.isDelta === true ? 1 : 2,
	IsMonotonic: true,
});

const bucketsOf = ({ bounds = [], counts = [], sum = 0, isDelta = false }: TestPoint) => ({
	ExplicitBounds: bounds,
	BucketCounts: counts,
	Count: counts.reduce((total, count) => total + count, 0),
	Sum: sum,
	AggregationTemporality: isDelta ? 1 : 2,
});

/** Positive buckets from `offset` on. */
const exponentialOf = ({
	counts = [],
	sum = 0,
	isDelta = false,
	scale = 0,
	offset = 0,
	zeros = 0,
	below = [],
}: TestPoint) => ({
	Scale: scale,
	PositiveOffset: offset,
	PositiveBucketCounts: counts,
	NegativeOffset: 0,
	NegativeBucketCounts: below,
	ZeroCount: zeros,
	Count: [...counts, ...below].reduce((total, count) => total + count, zeros),
	Sum: sum,
	AggregationTemporality: isDelta ? 1 : 2,
});

const VALUES = { gauge: numberOf, sum: sumOf, histogram: bucketsOf, exponential_histogram: exponentialOf } as const;
type Kind = keyof typeof VALUES;
