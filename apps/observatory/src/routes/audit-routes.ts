import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { AuditQueryAnswer } from '@pipeline/telemetry-store';
import { Type } from 'typebox';
import type { ReaderSource } from './reader-source.ts';
import { auditFilters, closed, described, instant, integer } from './route-schemas.ts';

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
	};
}
