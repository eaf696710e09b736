import * as v from 'valibot';

/** Dimensions that every AUDIT event carries: who did what to which thing, with which outcome. */
export const REQUIRED_AUDIT_DIMENSIONS = [
	'audit.actor_type',
	'audit.actor_id',
	'audit.resource_type',
	'audit.resource_id',
	'audit.action',
	'audit.outcome',
] as const;

export const ACTOR_TYPES = ['SYSTEM', 'USER', 'SERVICE'] as const;
export const AUDIT_ACTIONS = ['CREATE', 'READ', 'UPDATE', 'DELETE', 'EXECUTE'] as const;
export const AUDIT_OUTCOMES = ['SUCCESS', 'FAILURE', 'PARTIAL'] as const;

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));

/** The reserved `audit.*` dimensions. Other dimensions pass through: they are the entry's details. */
export const auditDimensionsSchema = v.objectWithRest(
	{
		'audit.actor_type': v.picklist(ACTOR_TYPES),
		'audit.actor_id': text,
		'audit.resource_type': text,
		'audit.resource_id': text,
		'audit.action': v.picklist(AUDIT_ACTIONS),
		'audit.outcome': v.picklist(AUDIT_OUTCOMES),
		'audit.session_id': v.optional(text),
		'audit.category': v.optional(v.picklist(['DATA', 'ACCESS', 'CONFIGURATION', 'SECURITY', 'ADMINISTRATIVE'])),
	},
	v.string(),
);

/** Names of required audit dimensions that are absent or have a value they cannot have. */
export function missingAuditDimensions(dimensions: Readonly<Record<string, string>>): readonly string[] {
	const { success, issues } = v.safeParse(auditDimensionsSchema, dimensions);
	if (success) return [];
	const paths = issues.map((issue) => String(issue.path?.[0]?.key));
	return REQUIRED_AUDIT_DIMENSIONS.filter((name) => paths.includes(name));
}
