import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type LineageGraph, type LineageRecord, type LineageStart, lineageMermaid } from '@pipeline/telemetry-store';
import { Type } from 'typebox';
import { apiProblem } from '../server/problem.ts';
import type { ReaderSource } from './reader-source.ts';
import { closed, described, identifier, integer, timeBounds } from './route-schemas.ts';
import { timeRangeOf } from './time-range.ts';

const KINDS = ['record', 'lineage', 'batch', 'destination', 'source', 'node', 'subject'] as const;

/** Where something came from and where it went. */
export function lineageRoutes(readers: ReaderSource): FastifyPluginAsyncTypebox {
	return async (app) => {
		app.get(
			'/lineage/:kind/:id',
			{
				config: { access: 'telemetry:read' },
				schema: {
					tags: ['lineage'],
					operationId: 'traceLineage',
					summary: 'What something came from and what became of it, hop by hop.',
					params: Type.Object(
						{ kind: Type.Enum([...KINDS], { description: 'What the id is of.' }), id: identifier('Where to start.') },
						closed,
					),
					querystring: Type.Object(
						{
							direction: Type.Optional(Type.Enum(['forward', 'backward', 'both'], { description: 'Default both.' })),
							depth: Type.Optional(integer(1, 64, 'Hops. Default 16.')),
							maxEdges: Type.Optional(integer(1, 100_000, 'Default 10000; beyond, the graph is marked as truncated.')),
							format: Type.Optional(Type.Enum(['json', 'mermaid'], { description: 'Default json.' })),
							...timeBounds,
						},
						closed,
					),
					response: { 200: described<LineageGraph>('Nodes, edges, isTruncated, depthReached.') },
				},
			},
			async (request, reply) => {
				const { kind, id } = request.params;
				const { format, from, to, ...bounds } = request.query;
				const start = { [kind]: id } as unknown as LineageStart;
				const graph = await readers.of(request).traceLineage({ start, ...bounds, ...timeRangeOf(from, to) });
				if (format !== 'mermaid') return graph;
				// The schema speaks of the data; a diagram is text.
				return reply.type('text/vnd.mermaid; charset=utf-8').send(lineageMermaid(graph) as unknown as LineageGraph);
			},
		);
		app.get(
			'/lineages/:lineageId',
			{
				config: { access: 'telemetry:read' },
				schema: {
					tags: ['lineage'],
					operationId: 'lineageRecord',
					summary: 'One lineage: transformation steps with rules and checksums, destinations, where it is now.',
					params: Type.Object({ lineageId: identifier('Id of the lineage.', 128) }, closed),
					response: { 200: described<LineageRecord>('As in the data structures of the pipeline.') },
				},
			},
			async (request) => {
				const record = await readers.of(request).lineageRecord(request.params.lineageId);
				if (record === undefined) throw apiProblem(404, 'NOT_FOUND', 'No such lineage is here.');
				return record;
			},
		);
	};
}
