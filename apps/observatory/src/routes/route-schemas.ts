import { EVENT_TYPES, MODULES, SEVERITIES } from '@pipeline/telemetry-core/schema';
import { Type } from 'typebox';

/** Nothing that is not named is taken. */
export const closed = { additionalProperties: false } as const;

export const instant = (description: string) =>
	Type.String({
		pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$',
		maxLength: 32,
		description: `${description} ISO 8601, UTC.`,
		examples: ['2026-11-21T10:00:00Z'],
	});

export const identifier = (description: string, maxLength = 256) =>
	Type.String({ minLength: 1, maxLength, description });

export const traceId = Type.String({ pattern: '^[0-9a-f]{32}$', description: '32 hexadecimal digits.' });

export const integer = (minimum: number, maximum: number, description: string) =>
	Type.Integer({ minimum, maximum, description });

/** Optional bounds of a query string. */
export const timeBounds = {
	from: Type.Optional(instant('From then on.')),
	to: Type.Optional(instant('Before then.')),
} as const;

const ids = (description: string, maxLength = 256) =>
	Type.Optional(Type.Array(Type.String({ maxLength }), { maxItems: 1_000, description }));

/** What audit can be searched by; empty lists are no filter. */
export const auditFilters = {
	recordIds: ids('Ids of records.'),
	traceIds: ids('Ids of traces.', 32),
	modules: Type.Optional(Type.Array(Type.Enum([...MODULES]), { maxItems: 100, description: 'Modules.' })),
	eventTypes: Type.Optional(
		Type.Array(Type.Enum([...EVENT_TYPES]), {
			maxItems: 10,
			description: 'Types of events; all when there are none.',
		}),
	),
	severityMinimum: Type.Optional(Type.Enum([...SEVERITIES], { description: 'This severe, or more.' })),
	components: ids('Components of modules.', 32),
	actorIds: ids('Who did it.'),
	resourceIds: ids('What it was done to.'),
	correlationIds: ids('Correlation ids.'),
	batchIds: ids('Ids of batches.'),
	lineageIds: ids('Ids of lineages.'),
	tenant: Type.Optional(identifier('One of the tenants that may be read.', 128)),
} as const;

/** A structure of the store that the documentation names and does not spell out. */
export const described = <Structure>(description: string) =>
	Type.Unsafe<Structure>({ type: 'object', description, additionalProperties: true });

export const textAnswer = (description: string) => Type.Unsafe<string>({ type: 'string', description });

/** The problem of RFC 9457 that every error is answered with. */
export const problemSchema = Type.Object(
	{
		type: Type.String(),
		title: Type.String(),
		status: Type.Integer(),
		code: Type.String(),
		detail: Type.String(),
		requestId: Type.String(),
		expectedRecoveryS: Type.Optional(Type.Number()),
	},
	{ ...closed, description: 'What went wrong (application/problem+json).' },
);

/** Repeated `key=value` parameters. */
export const pairs = (description: string) =>
	Type.Array(Type.String({ pattern: '^[^=]{1,256}=.{1,1024}$' }), {
		maxItems: 16,
		description: `${description}, as key=value; may be repeated.`,
	});
