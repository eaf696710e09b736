import { TenantScope } from '@pipeline/telemetry-store';
import { apiProblem } from '../server/problem.ts';
import { may, type Role } from './roles.ts';

/** Who asks. */
export interface Caller {
	/** Stands in the audit. */
	readonly actorId: string;
	readonly role: Role;
	/** Whose data it may read and send. Undefined: all; every request to read gives a reason. */
	readonly tenants: readonly string[] | undefined;
	/** What counts against the rate limit is kept by it. */
	readonly key: string;
	/** Asks on the machine itself, where no tokens are configured. */
	readonly isLocal: boolean;
}

export const LOCAL_CALLER: Caller = {
	actorId: 'local',
	role: 'admin',
	tenants: undefined,
	key: 'local',
	isLocal: true,
};

/**
 * Whose data the caller may see.
 *
 * @param justification the header `X-Justification`: asks for all tenants
 * @throws Problem 403
 */
export function scopeOf({ role, tenants, isLocal }: Caller, justification: string | undefined): TenantScope {
	if (isLocal) return TenantScope.operator(justification?.trim() || 'local');
	const reason = justification?.trim() ?? '';
	if (reason !== '') {
		if (may(role, 'tenants:cross')) return TenantScope.operator(reason);
		throw apiProblem(403, 'NOT_ALLOWED', 'Data of all tenants is for operators: leave X-Justification out.');
	}
	if (tenants !== undefined) return TenantScope.of(...tenants);
	throw apiProblem(
		403,
		'JUSTIFICATION_REQUIRED',
		'This token has no tenants of its own: say in the header X-Justification why all are read.',
	);
}
