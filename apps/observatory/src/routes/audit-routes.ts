import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
	type AuditQueryAnswer,
	type AuditReport,
	EXPORT_FORMATS,
	type ExportFormat,
	type InclusionProof,
} from '@pipeline/telemetry-store';
import { Type } from 'typebox';
import { apiProblem } from '../server/problem.ts';
import type { ReaderSource } from './reader-source.ts';
import { auditFilters, closed, described, instant, integer, textAnswer, timeBounds } from './route-schemas.ts';

const FORMATS = Object.keys(EXPORT_FORMATS) as ExportFormat[];

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

const querySchema = Type.Object(
	{
		timeRange: Type.Object({ from: instant('From then on.'), to: instant('Before then.') }, closed),
		...auditFilters,
		pageSize: Type.Optional(integer(1, 10_000, 'Entries of a page. Default 500.')),
		continuationToken: Type.Optional(
			Type.String({ minLength: 1, maxLength: 16_384, description: 'Of the page before, with the same filters.' }),
		),
		order: Type.Optional(Type.Enum(['ASC', 'DESC'], { description: 'By time. Default ASC.' })),
	},
	closed,
);

/** Who did what to it: query, export, and the proof that nothing was changed. */
export function auditRoutes(readers: ReaderSource): FastifyPluginAsyncTypebox {
	let isVerifying = false;
	return async (app) => {
		app.post(
			'/audit/query',
			{
				config: { access: 'audit:read' },
				schema: {
					tags: ['audit'],
					operationId: 'queryAudit',
					summary: 'A page of the audit log, with the total.',
					body: querySchema,
					response: {
						200: described<AuditQueryAnswer>('Entries, totalCount, totalIsEstimate, elapsedMs, continuationToken.'),
					},
				},
			},
			(request) => readers.of(request).queryAudit(request.body),
		);
		app.get(
			'/audit/export',
			{
				config: { access: 'audit:read' },
				schema: {
					tags: ['audit'],
					operationId: 'exportAudit',
					summary: 'All of a search, as a stream. It ends early with a broken connection, never silently.',
					querystring: Type.Object(
						{
							format: Type.Optional(Type.Enum(FORMATS, { description: 'Default ndjson.' })),
							from: instant('From then on.'),
							to: instant('Before then.'),
							...auditFilters,
						},
						closed,
					),
					response: { 200: textAnswer('The entries in the format that was asked for.') },
				},
			},
			async (request, reply) => {
				const { format = 'ndjson', from, to, ...filters } = request.query;
				const wanted = { timeRange: { from, to }, ...filters };
				const lines = await begun(readers.of(request).exportAudit(wanted, format));
				const extension = format === 'ocsf' ? 'ocsf.ndjson' : format;
				reply
					.type(EXPORT_FORMATS[format].contentType)
					.header('content-disposition', `attachment; filename="audit.${extension}"`);
				// The schema speaks of the text; it comes as a stream.
				return reply.send(Readable.from(lines) as unknown as string);
			},
		);
		app.get(
			'/audit/verify',
			{
				config: { access: 'audit:verify' },
				schema: {
					tags: ['audit'],
					operationId: 'verifyAudit',
					summary: 'Whether anything of the audit log was edited, deleted, inserted, moved or cut off.',
					querystring: Type.Object(timeBounds, closed),
					response: { 200: described<AuditReport>('What was looked at, and findings with their places.') },
				},
			},
			async (request) => {
				const reader = readers.of(request);
				// It reads all there is: several at a time would leave nothing for others, and tell the same.
				if (isVerifying) {
					throw apiProblem(503, 'BUSY', 'The audit is being verified for somebody already.', { retryAfterS: 10 });
				}
				isVerifying = true;
				try {
					return await reader.verifyAudit(request.query);
				} finally {
					isVerifying = false;
				}
			},
		);
		app.get(
			'/audit/:eventId/proof',
			{
				config: { access: 'audit:read' },
				schema: {
					tags: ['audit'],
					operationId: 'proveInclusion',
					summary: 'Proof that an entry was in its block when it was sealed, without the other entries.',
					params: Type.Object({ eventId: Type.String({ pattern: UUID, description: 'Id of the entry.' }) }, closed),
					response: { 200: described<InclusionProof>('The entry, the path to the root, and the signed block.') },
				},
			},
			async (request) => {
				const proof = await readers.of(request).proveInclusion(request.params.eventId);
				if (proof === undefined) throw apiProblem(404, 'NOT_FOUND', 'No such entry is here.');
				return proof;
			},
		);
	};
}

/** Waits for the first piece: what goes wrong before it is still answered as a problem. */
async function begun(pieces: AsyncGenerator<string>): Promise<AsyncIterable<string>> {
	const first = await pieces.next();
	return (async function* () {
		if (first.done !== true) yield first.value;
		yield* pieces;
	})();
}
