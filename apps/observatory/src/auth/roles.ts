/** Who may do what. `ingest` sends telemetry and reads nothing; `admin` does everything, sending included. */
export const ROLES = ['viewer', 'auditor', 'operator', 'admin', 'ingest'] as const;
export type Role = (typeof ROLES)[number];

/** What a role lets do. Every route names one of them. */
export const PERMISSIONS = {
	'telemetry:read': ['viewer', 'auditor', 'operator', 'admin'],
	'audit:read': ['auditor', 'admin'],
	'audit:verify': ['auditor', 'admin'],
	'store:operate': ['operator', 'admin'],
	/** Reads of all tenants, each with a reason. */
	'tenants:cross': ['operator', 'admin'],
	'telemetry:write': ['ingest', 'admin'],
	/** How far a producer's audit is stored: its sender has to know, too. */
	'watermark:read': ['ingest', 'operator', 'admin'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof PERMISSIONS;

export function may(role: Role, permission: Permission): boolean {
	return (PERMISSIONS[permission] as readonly Role[]).includes(role);
}
