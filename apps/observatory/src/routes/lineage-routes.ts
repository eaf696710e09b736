import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
	type LineageCheck,
	type LineageGraph,
	type LineageRecord,
	type LineageStart,
	lineageMermaid,
	type OpenLineageRunEvent,
} from '@pipeline/telemetry-store';
import { Type } from 'typebox';
import { apiProblem } from '../server/problem.ts';
import type { ReaderSource } from './reader-source.ts';
import { closed, described, identifier, instant, integer, timeBounds } from './route-schemas.ts';
import { timeRangeOf } from './time-range.ts';

const KINDS = ['record', 'lineage', 'batch', 'destination', 'source', 'node', 'subject'] as const;

type Answer = LineageGraph | readonly OpenLineageRunEvent[] | string;

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
							format: Type.Optional(Type.Enum(['json', 'mermaid', 'openlineage'], { description: 'Default json.' })),
							...timeBounds,
						},
						closed,
					),
					response: {
						200: Type.Unsafe<Answer>({ description: 'A graph, a diagram as text, or a list of OpenLineage events.' }),
					},
				},
			},
			async (request, reply) => {
				const { kind, id } = request.params;
				const { format, from, to, ...bounds } = request.query;
				const start = { [kind]: id } as unknown as LineageStart;
				const wanted = { start, ...bounds, ...timeRangeOf(from, to) };
				const reader = readers.of(request);
				if (format === 'openlineage') return await reader.openLineage(wanted);
				const graph = await reader.traceLineage(wanted);
				if (format !== 'mermaid') return graph;
				return reply.type('text/vnd.mermaid; charset=utf-8').send(lineageMermaid(graph));
			},
		);
		app.get(
			'/lineage-check',
			{
				config: { access: 'audit:verify' },
				schema: {
					tags: ['lineage'],
					operationId: 'checkLineage',
					summary: 'Whether lineage and audit say the same, and every record has an origin and an end.',
					querystring: Type.Object(
						{
							from: instant('From then on.'),
							to: instant('Before then.'),
							graceMs: Type.Optional(
								integer(0, 31_536_000_000, 'A record may be on its way so long. Default an hour.'),
							),
							maxFindings: Type.Optional(integer(1, 10_000, 'Default 1000.')),
						},
						closed,
					),
					response: { 200: described<LineageCheck>('Findings, and how much was looked at.') },
				},
			},
			(request) => {
				const { from, to, ...bounds } = request.query;
				return readers.of(request).checkLineage({ timeRange: { from, to }, ...bounds });
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
