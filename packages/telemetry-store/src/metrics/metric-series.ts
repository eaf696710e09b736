import type { StoreDatabase } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import { exponentialQuantile, mergedBuckets } from './exponential-quantile.ts';
import { type ExponentialRow, exponentialRows } from './exponential-series.ts';
import { histogramQuantile } from './histogram-quantile.ts';
import { type HistogramRow, histogramRows } from './histogram-series.ts';
import { checkedMetric, type MetricRequest } from './metric-request.ts';
import { type NumberRow, numberRows } from './number-series.ts';
import { type SeriesStep, timeOf } from './series-step.ts';

/** Of a gauge: mean, lowest and highest. Of a sum: its total, and by how much it rose a second since the point before. */
export interface NumberPoint {
	readonly time: string;
	readonly value: number;
	readonly lowest: number;
	readonly highest: number;
	/** Absent for gauges, and where nothing came before. */
	readonly ratePerSecond?: number;
}

/** What was measured since the point before. */
export interface HistogramPoint {
	readonly time: string;
	readonly count: number;
	readonly sum: number;
	/** By share, e.g. `0.95`. Empty when nothing was measured. */
	readonly quantiles: Readonly<Record<string, number>>;
}

interface SeriesBase {
	readonly name: string;
	readonly attributes: Readonly<Record<string, string>>;
	readonly step: SeriesStep;
}

export type MetricSeries =
	| (SeriesBase & { readonly kind: 'gauge' | 'sum'; readonly points: readonly NumberPoint[] })
	| (SeriesBase & {
			readonly kind: 'histogram';
			/** Series with other bounds stand apart: their buckets cannot be added. */
			readonly bounds: readonly number[];
			readonly points: readonly HistogramPoint[];
	  })
	| (SeriesBase & { readonly kind: 'exponential_histogram'; readonly points: readonly HistogramPoint[] });

const MAX_SERIES = 1_000;
/** Of all series together. */
const MAX_ROWS = 200_000;

/**
 * A metric over time. Sums are taken to be cumulative, except for raw points that say otherwise; the roll-ups do not know of processes: where
 * several report the same attributes, give them `service.instance.id`, or read raw points. Histograms are read from their points with any step.
 *
 * @returns nothing for a metric that is not there; summaries are not read
 * @throws StoreError `QUERY_INVALID`, and `QUERY_TOO_LARGE` for more than 1,000 series or 200,000 points
 */
export async function metricSeries(
	database: StoreDatabase,
	scope: TenantScope,
	request: MetricRequest,
): Promise<readonly MetricSeries[]> {
	const metric = checkedMetric(request);
	const [numbers, histograms, exponential] = await Promise.all([
		numberRows(database, scope, metric, MAX_ROWS + 1),
		histogramRows(database, scope, metric, MAX_ROWS + 1),
		exponentialRows(database, scope, metric, MAX_ROWS + 1),
	]);
	if (numbers.length + histograms.length + exponential.length > MAX_ROWS) throw tooLarge(`${MAX_ROWS} points`);
	const base = (labels: string): SeriesBase => ({
		name: metric.name,
		attributes: JSON.parse(labels) as Record<string, string>,
		step: metric.step,
	});
	const series = [
		...grouped(numbers, ({ kind, labels }) => `${kind} ${labels}`).map((rows): MetricSeries => {
			const [{ kind, labels }] = rows;
			return { ...base(labels), kind, points: rows.map(numberPoint) };
		}),
		...grouped(histograms, ({ labels, bounds }) => `${bounds.join(' ')} ${labels}`).map((rows): MetricSeries => {
			const [{ labels, bounds }] = rows;
			const points = rows.map((row) => histogramPoint(row, metric.quantiles));
			return { ...base(labels), kind: 'histogram', bounds, points };
		}),
		...grouped(exponential, ({ labels }) => labels).map((rows): MetricSeries => {
			const [{ labels }] = rows;
			const points = grouped(rows, ({ at }) => String(at)).map((each) => exponentialPoint(each, metric.quantiles));
			return { ...base(labels), kind: 'exponential_histogram', points };
		}),
	];
	if (series.length > MAX_SERIES) throw tooLarge(`${MAX_SERIES} series`);
	return series;
}

type Some<Row> = readonly [Row, ...Row[]];

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): readonly Some<Row>[] {
	return [...Map.groupBy(rows, keyOf).values()] as unknown as readonly Some<Row>[];
}

function numberPoint({ kind, at, mean, last, lowest, highest, rate }: NumberRow): NumberPoint {
	return {
		time: timeOf(at),
		value: kind === 'gauge' ? mean : last,
		lowest,
		highest,
		...(rate === null ? {} : { ratePerSecond: rate }),
	};
}

function histogramPoint({ at, bounds, counts, count, sum }: HistogramRow, shares: readonly number[]): HistogramPoint {
	const numbers = counts.map(Number);
	const quantiles = quantilesOf(shares, (share) => histogramQuantile(share, bounds, numbers));
	return { time: timeOf(at), count: Number(count), sum, quantiles };
}

/** Rows of one time differ in their scale. */
function exponentialPoint(rows: Some<ExponentialRow>, shares: readonly number[]): HistogramPoint {
	const buckets = mergedBuckets(rows);
	return {
		time: timeOf(rows[0].at),
		count: rows.reduce((total, row) => total + row.count, 0),
		sum: rows.reduce((total, row) => total + row.sum, 0),
		quantiles: quantilesOf(shares, (share) => exponentialQuantile(share, buckets)),
	};
}

function quantilesOf(
	shares: readonly number[],
	valueAt: (share: number) => number | undefined,
): Readonly<Record<string, number>> {
	const known = shares.flatMap((share) => {
		const value = valueAt(share);
		return value === undefined ? [] : [[String(share), value] as const];
	});
	return Object.fromEntries(known);
}

const tooLarge = (what: string) =>
	new StoreError('QUERY_TOO_LARGE', `More than ${what}: ask for fewer attributes, a shorter time, or a wider step.`);
