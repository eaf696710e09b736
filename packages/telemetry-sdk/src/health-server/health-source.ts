export type HealthStatus = 'HEALTHY' | 'DEGRADED' | 'UNHEALTHY';

/** What a source says of itself. */
export interface HealthFinding {
	readonly status: HealthStatus;
	/** One sentence, without data. */
	readonly message: string;
	/** Numbers and words behind it. */
	readonly details?: Readonly<Record<string, unknown>>;
}

/** A part of the process that can say how it is. */
export interface HealthSource {
	/** `^[a-z][a-z0-9_]{0,63}$` */
	readonly name: string;
	/** Without side effects. May take 5 s; a check that fails or takes longer counts against its component. */
	check(): HealthFinding | Promise<HealthFinding>;
}

/** One component of a health response. */
export interface ComponentHealth extends HealthFinding {
	readonly component_name: string;
	/** When it was last found so: ISO 8601. */
	readonly last_check: string;
}

export interface HealthReport {
	/** The worst of all components. */
	readonly status: HealthStatus;
	readonly checks: readonly ComponentHealth[];
	readonly uptime_seconds: number;
}

const ORDER: readonly HealthStatus[] = ['HEALTHY', 'DEGRADED', 'UNHEALTHY'];

/** The worse of two. */
export const worse = (one: HealthStatus, other: HealthStatus): HealthStatus =>
	ORDER.indexOf(one) >= ORDER.indexOf(other) ? one : other;
