import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { EventSeries, MetricSeries, QualityReport } from '@pipeline/telemetry-store';
import { Type } from 'typebox';
import { pairsOf } from './pairs.ts';
import type { ReaderSource } from './reader-source.ts';
import { closed, described, identifier, instant, pairs } from './route-schemas.ts';

const EVENT_KEYS = ['module', 'component', 'name', 'outcome', 'source_id', 'destination_id'] as const;

const range = { from: instant('From then on.'), to: instant('Before then.') } as const;
const some = (description: string) =>
	Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 100, description }));
const series = <One>(description: string) =>
	Type.Unsafe<readonly One[]>({ type: 'array', items: { type: 'object' }, description });

/** Numbers over time: of metrics, of events, and of quality with what it leads to. */
export function seriesRoutes(readers: ReaderSource): FastifyPluginAsyncTypebox {
	return async (app) => {
		app.get(
			'/metrics/series',
			{
				config: { access: 'telemetry:read' },
				schema: {
					tags: ['metrics'],
					operationId: 'metricSeries',
					summary: 'A metric over time: values, rates of sums, quantiles of histograms.',
					querystring: Type.Object(
						{
							name: identifier('Name of the metric.'),
							...range,
							attribute: Type.Optional(pairs('Only series with this attribute')),
							groupBy: Type.Optional(
								Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
									maxItems: 16,
									description: 'Attributes that tell series apart; default all.',
								}),
							),
							step: Type.Optional(Type.Enum(['raw', '1m', '5m', '1h', '1d'], { description: 'Default by the range.' })),
							quantile: Type.Optional(
								Type.Array(Type.Number({ minimum: 0, maximum: 1 }), {
									maxItems: 16,
									description: 'Of histograms; default 0.5, 0.95 and 0.99.',
								}),
							),
						},
						closed,
					),
					response: { 200: series<MetricSeries>('One for each set of attributes.') },
				},
			},
			(request) => {
				const { from, to, attribute, quantile, ...rest } = request.query;
				return readers.of(request).metricSeries({
					timeRange: { from, to },
					...rest,
					...(attribute === undefined ? {} : { attributes: pairsOf(attribute) }),
					...(quantile === undefined ? {} : { quantiles: quantile }),
				});
			},
		);
		app.get(
			'/events/series',
			{
				config: { access: 'telemetry:read' },
				schema: {
					tags: ['metrics'],
					operationId: 'eventSeries',
					summary: 'How many events, how many of them errors, and how long they took, over time.',
					querystring: Type.Object(
						{
							...range,
							step: Type.Optional(Type.Enum(['1m', '5m', '1h', '1d'], { description: 'Default by the range.' })),
							groupBy: Type.Optional(
								Type.Array(Type.Enum([...EVENT_KEYS]), { maxItems: 6, description: 'What tells series apart.' }),
							),
							module: some('Only of these modules.'),
							component: some('Only of these components.'),
							name: some('Only events of these names.'),
							outcome: some('Only with these outcomes.'),
							source_id: some('Only from these sources.'),
							destination_id: some('Only to these destinations.'),
						},
						closed,
					),
					response: { 200: series<EventSeries>('One for each key.') },
				},
			},
			(request) => {
				const { from, to, step, groupBy, ...only } = request.query;
				return readers.of(request).eventSeries({
					timeRange: { from, to },
					only,
					...(step === undefined ? {} : { step }),
					...(groupBy === undefined ? {} : { groupBy }),
				});
			},
		);
		app.get(
			'/quality',
			{
				config: { access: 'telemetry:read' },
				schema: {
					tags: ['metrics'],
					operationId: 'qualityCorrelation',
					summary: 'How validation and quality go with delivery, by source and schema.',
					querystring: Type.Object(
						{
							...range,
							source: Type.Optional(identifier('Only of this source.')),
							schema: Type.Optional(identifier('Only of this target schema.')),
						},
						closed,
					),
					response: { 200: described<QualityReport>('Correlations with the table they come from.') },
				},
			},
			(request) => {
				const { from, to, ...rest } = request.query;
				return readers.of(request).qualityCorrelation({ timeRange: { from, to }, ...rest });
			},
		);
	};
}
