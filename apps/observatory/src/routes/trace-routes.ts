import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Trace, TracePage } from '@pipeline/telemetry-store';
import { Type } from 'typebox';
import { apiProblem } from '../server/problem.ts';
import { pairsOf } from './pairs.ts';
import type { ReaderSource } from './reader-source.ts';
import { closed, described, identifier, instant, integer, pairs, traceId } from './route-schemas.ts';

const duration = (description: string) => Type.Number({ minimum: 0, maximum: 9_007_199_254, description });

/** Thin reads of spans: one trace whole, or those that are like this. */
export function traceRoutes(readers: ReaderSource): FastifyPluginAsyncTypebox {
	return async (app) => {
		app.get(
			'/traces/:traceId',
			{
				config: { access: 'telemetry:read' },
				schema: {
					tags: ['traces'],
					operationId: 'traceById',
					summary: 'The spans of a trace as a tree, and the traces that belong to it.',
					params: Type.Object({ traceId }, closed),
					querystring: Type.Object(
						{
							maxSpans: Type.Optional(integer(1, 10_000, 'Default 10000; beyond, the trace is marked as truncated.')),
							withLinkedSpans: Type.Optional(Type.Boolean({ description: 'Spans of linked traces too.' })),
						},
						closed,
					),
					response: { 200: described<Trace>('Spans in the order of the tree, errors, gaps, linked traces.') },
				},
			},
			async (request) => {
				const trace = await readers.of(request).traceById(request.params.traceId, request.query);
				if (trace === undefined) throw apiProblem(404, 'NOT_FOUND', 'No span of this trace is here.');
				return trace;
			},
		);
		app.get(
			'/traces',
			{
				config: { access: 'telemetry:read' },
				schema: {
					tags: ['traces'],
					operationId: 'searchTraces',
					summary: 'Traces that have a span like this, newest first.',
					querystring: Type.Object(
						{
							from: instant('From then on.'),
							to: instant('Before then.'),
							service: Type.Optional(identifier('Name of the service.')),
							module: Type.Optional(Type.String({ pattern: '^[A-Za-z]{1,32}$', description: 'ALPHA, BETA, …' })),
							operation: Type.Optional(identifier('Name of the span.')),
							minDurationMs: Type.Optional(duration('This long, or longer.')),
							maxDurationMs: Type.Optional(duration('This long, or shorter.')),
							status: Type.Optional(Type.Enum(['UNSET', 'OK', 'ERROR'], { description: 'Of the span.' })),
							tag: Type.Optional(pairs('Attribute of the span or its resource')),
							pageSize: Type.Optional(integer(1, 1_000, 'Default 100.')),
							continuationToken: Type.Optional(identifier('Of the page before.', 16_384)),
						},
						closed,
					),
					response: { 200: described<TracePage>('One summary a trace, and continuationToken.') },
				},
			},
			(request) => {
				const { from, to, tag, ...rest } = request.query;
				const search = { timeRange: { from, to }, ...rest, ...(tag === undefined ? {} : { tags: pairsOf(tag) }) };
				return readers.of(request).searchTraces(search);
			},
		);
	};
}
