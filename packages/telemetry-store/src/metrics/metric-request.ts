import type { QueryParameters } from '../connection/store-database.ts';
import { StoreError } from '../connection/store-error.ts';
import type { TimeRange } from '../traces/time-range.ts';
import { checkedStep, type SecondRange, type SeriesStep, secondRange } from './series-step.ts';

export interface MetricRequest {
	/** Name of the metric. */
	readonly name: string;
	readonly timeRange: TimeRange;
	/** Only points of series with these attributes, at most 16; `service.name` is one. */
	readonly attributes?: Readonly<Record<string, string>>;
	/** Attributes that tell series apart, at most 16; `service.name` is one. Series that agree in them are added up. @default all */
	readonly groupBy?: readonly string[];
	/** @default by the range: 1m up to 12 hours, 5m up to 3 days, 1h up to 31 days, then 1d */
	readonly step?: SeriesStep;
	/** Of histograms; each from 0 to 1, at most 16. @default 0.5, 0.95 and 0.99 */
	readonly quantiles?: readonly number[];
}

export interface CheckedMetric {
	readonly name: string;
	readonly range: SecondRange;
	readonly step: SeriesStep;
	/** Condition on the columns `service` and `attributes`. */
	readonly condition: string;
	/** SQL of the attributes of a series as JSON, from the columns `service` and `attributes`: text can be ordered and grouped by. */
	readonly labels: string;
	readonly parameters: QueryParameters;
	readonly quantiles: readonly number[];
}

const MAX_ATTRIBUTES = 16;
const MAX_TEXT = 1_024;
const DEFAULT_QUANTILES = [0.5, 0.95, 0.99];
const SERVICE = 'service.name';

/** SQL of the value of an attribute; the service has a column of its own. */
const attributeSql = (key: string) => `if(${key} = '${SERVICE}', service, attributes[${key}])`;

/** @throws StoreError `QUERY_INVALID` for what is out of bounds */
export function checkedMetric(request: MetricRequest): CheckedMetric {
	const { name, timeRange, attributes = {}, groupBy, quantiles = DEFAULT_QUANTILES } = request;
	const range = secondRange(timeRange);
	const wanted = Object.entries(attributes);
	checkTexts('metric', [name]);
	checkTexts('attribute', [...wanted.flat(), ...(groupBy ?? [])]);
	for (const list of [wanted, groupBy ?? [], quantiles]) {
		if (list.length > MAX_ATTRIBUTES) throw invalid(`At most ${MAX_ATTRIBUTES} attributes or quantiles can be given.`);
	}
	if (quantiles.some((each) => !(each >= 0 && each <= 1))) throw invalid('A quantile is from 0 to 1.');
	return {
		name,
		range,
		step: checkedStep(request.step, range),
		condition: [
			'1',
			...wanted.map((_, index) => `${attributeSql(`{key_${index}:String}`)} = {value_${index}:String}`),
		].join(' AND '),
		labels:
			groupBy === undefined
				? `toJSONString(mapSort(mapUpdate(CAST(attributes, 'Map(String, String)'), map('${SERVICE}', toString(service)))))`
				: `toJSONString(mapFromArrays({group_by:Array(String)}, arrayMap(key -> toString(${attributeSql('key')}), {group_by:Array(String)})))`,
		parameters: {
			...(groupBy === undefined ? {} : { group_by: [...new Set(groupBy)] }),
			...Object.fromEntries(
				wanted.flatMap(([key, value], index) => [
					[`key_${index}`, key],
					[`value_${index}`, value],
				]),
			),
		},
		quantiles,
	};
}

function checkTexts(what: string, texts: readonly string[]): void {
	const bad = texts.find((text) => text === '' || text.length > MAX_TEXT);
	if (bad !== undefined) throw invalid(`The text of a ${what} has 1 to ${MAX_TEXT} characters.`);
}

const invalid = (message: string) => new StoreError('QUERY_INVALID', message);
