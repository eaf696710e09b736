import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FailedRecord } from '@pipeline/telemetry-store';
import { Type } from 'typebox';
import type { ReaderSource } from './reader-source.ts';
import { closed, instant, integer } from './route-schemas.ts';

/** The whole story of a record, and the records whose story ended badly. */
export function journeyRoutes(readers: ReaderSource): FastifyPluginAsyncTypebox {
	return async (app) => {
		app.get(
			'/records/failed',
			{
				config: { access: 'telemetry:read' },
				schema: {
					tags: ['records'],
					operationId: 'failedRecords',
					summary: 'The records that failed last, newest first, and why.',
					querystring: Type.Object(
						{
							from: instant('From then on.'),
							to: instant('Before then.'),
							limit: Type.Optional(integer(1, 1_000, 'Default 50.')),
						},
						closed,
					),
					response: { 200: Type.Unsafe<readonly FailedRecord[]>({ type: 'array', items: { type: 'object' } }) },
				},
			},
			(request) => readers.of(request).failedRecords(request.query),
		);
	};
}
