import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { ProducerState, StoreGrowth } from '@pipeline/telemetry-store';
import { Type } from 'typebox';
import type { ReaderSource } from './reader-source.ts';
import { closed, described, identifier, integer } from './route-schemas.ts';

/** The store itself: who writes to it, and how it grows. */
export function storeRoutes(readers: ReaderSource): FastifyPluginAsyncTypebox {
	return async (app) => {
		app.get(
			'/producers',
			{
				config: { access: 'store:operate' },
				schema: {
					tags: ['store'],
					operationId: 'producers',
					summary: 'Whose audit comes in, how far it is here for good, and what is missing.',
					description: 'Of all tenants: needs X-Justification.',
					response: { 200: Type.Unsafe<readonly ProducerState[]>({ type: 'array', items: { type: 'object' } }) },
				},
			},
			(request) => readers.of(request).producers(),
		);
		app.get(
			'/growth',
			{
				config: { access: 'store:operate' },
				schema: {
					tags: ['store'],
					operationId: 'storeGrowth',
					summary: 'What the store weighs, how fast it grows, when it is full, and whose rows they are.',
					description: 'Of all tenants: needs X-Justification.',
					querystring: Type.Object(
						{
							days: Type.Optional(integer(1, 90, 'Days that tell how fast it grows. Default 7.')),
							capacityBytes: Type.Optional(
								integer(1, Number.MAX_SAFE_INTEGER, 'What it may weigh. Default: what is free on its disk.'),
							),
						},
						closed,
					),
					response: { 200: described<StoreGrowth>('Tables, forecast, costs by module and tenant.') },
				},
			},
			(request) => readers.of(request).storeGrowth(request.query),
		);
		app.get(
			'/producers/:producerId/watermark',
			{
				// Of an id that only the producer and its operators know, a number: what a spool has to know before it deletes.
				config: { access: 'watermark:read' },
				schema: {
					tags: ['store'],
					operationId: 'watermark',
					summary: 'Up to which entry a producer may delete: everything until then is here for good.',
					params: Type.Object({ producerId: identifier('Id of the producer.', 128) }, closed),
					response: { 200: Type.Object({ durableSeq: Type.Integer({ minimum: 0 }) }, closed) },
				},
			},
			(request) => ({ durableSeq: readers.store().durableSeq(request.params.producerId) }),
		);
	};
}
