import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type FailedRecord, type JourneyAnswer, renderJourneyHtml } from '@pipeline/telemetry-store';
import { Type } from 'typebox';
import { apiProblem } from '../server/problem.ts';
import type { ReaderSource } from './reader-source.ts';
import { closed, described, identifier, instant, integer } from './route-schemas.ts';

/** The whole story of a record, and the records whose story ended badly. */
export function journeyRoutes(readers: ReaderSource): FastifyPluginAsyncTypebox {
	return async (app) => {
		app.get(
			'/records/:recordId/journey',
			{
				config: { access: 'telemetry:read' },
				schema: {
					tags: ['records'],
					operationId: 'recordJourney',
					summary: 'Stages, attempts, errors, audit, lineage and replays of one record.',
					description: 'As JSON, or as one HTML page: by `format`, else by Accept.',
					params: Type.Object({ recordId: identifier('Id of the record.', 128) }, closed),
					querystring: Type.Object(
						{ format: Type.Optional(Type.Enum(['json', 'html'], { description: 'Default by Accept.' })) },
						closed,
					),
					response: {
						200: described<JourneyAnswer>(
							'Traces, deliveries, transformations, errors, queue entries, events, lineage, gaps; isPartial when only memory could be asked.',
						),
					},
				},
			},
			async (request, reply) => {
				const journey = await readers.of(request).recordJourney(request.params.recordId);
				if (journey === undefined) throw apiProblem(404, 'NOT_FOUND', 'Nothing is known of this record.');
				const isPage = (request.query.format ?? preferredFormat(request.headers.accept)) === 'html';
				reply.header('vary', 'accept');
				if (!isPage) return journey;
				// The schema speaks of the data; a page is text.
				return reply.type('text/html; charset=utf-8').send(renderJourneyHtml(journey) as unknown as JourneyAnswer);
			},
		);
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

/** A browser names HTML before anything else. */
function preferredFormat(accept: string | undefined): 'json' | 'html' {
	const html = accept?.indexOf('text/html') ?? -1;
	const json = accept?.indexOf('application/json') ?? -1;
	return html >= 0 && (json < 0 || html < json) ? 'html' : 'json';
}
