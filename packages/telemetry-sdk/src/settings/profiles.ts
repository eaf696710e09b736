import type { DetailLevel } from '@pipeline/telemetry-core/registry';
import type { Severity } from '@pipeline/telemetry-core/schema';

export const PROFILE_NAMES = ['off', 'dev', 'staging', 'prod', 'prod_high_volume'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** What a profile decides unless something more particular does. */
export interface Profile {
	readonly enabled: boolean;
	/** Share of the traces that are kept whatever happens. */
	readonly ratio: number;
	readonly slowOperationMs: number;
	readonly slowTraceMs: number;
	readonly detail: DetailLevel;
	/** Least severe log line that is written. */
	readonly logLevel: Severity;
	/** Log lines a module may write in a second; 0: no limit. */
	readonly logsPerSecond: number;
	/** Audit may be switched off. */
	readonly isAuditOptional: boolean;
	readonly auditRetentionDays: number;
	/** Audit may not be kept for less. */
	readonly minAuditRetentionDays: number;
	/** Attributes that nobody knows do not leave the process. */
	readonly isRedactionStrict: boolean;
}

/** Seven years. */
const LONG = 2_557;
const SLOW = { slowOperationMs: 2_000, slowTraceMs: 15_000 };
const OPTIONAL_AUDIT = {
	isAuditOptional: true,
	auditRetentionDays: 7,
	minAuditRetentionDays: 1,
	isRedactionStrict: false,
};
const AUDIT = {
	isAuditOptional: false,
	auditRetentionDays: LONG,
	minAuditRetentionDays: LONG,
	isRedactionStrict: false,
};
const BUSY = { logLevel: 'INFO', logsPerSecond: 100 } as const;

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
	off: { enabled: false, ratio: 0, ...SLOW, detail: 'minimal', ...BUSY, ...OPTIONAL_AUDIT },
	dev: { enabled: true, ratio: 1, ...SLOW, detail: 'full', logLevel: 'DEBUG', logsPerSecond: 0, ...OPTIONAL_AUDIT },
	staging: {
		enabled: true,
		ratio: 0.5,
		...SLOW,
		detail: 'standard',
		logLevel: 'DEBUG',
		logsPerSecond: 100,
		...AUDIT,
		minAuditRetentionDays: 30,
	},
	prod: { enabled: true, ratio: 0.1, ...SLOW, detail: 'standard', ...BUSY, ...AUDIT },
	prod_high_volume: {
		enabled: true,
		ratio: 0.02,
		slowOperationMs: 5_000,
		slowTraceMs: 20_000,
		detail: 'minimal',
		...BUSY,
		...AUDIT,
	},
};

/** A profile under regulation: nothing in it may be weaker than this. */
export function regulatedProfile(profile: Profile): Profile {
	return { ...profile, detail: 'standard', ...BUSY, ...AUDIT, isRedactionStrict: true };
}
