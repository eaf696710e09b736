import type { DetailLevel } from '@pipeline/telemetry-core/registry';

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
}

const SLOW = { slowOperationMs: 2_000, slowTraceMs: 15_000 };

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
	off: { enabled: false, ratio: 0, ...SLOW, detail: 'minimal' },
	dev: { enabled: true, ratio: 1, ...SLOW, detail: 'full' },
	staging: { enabled: true, ratio: 0.5, ...SLOW, detail: 'standard' },
	prod: { enabled: true, ratio: 0.1, ...SLOW, detail: 'standard' },
	prod_high_volume: { enabled: true, ratio: 0.02, slowOperationMs: 5_000, slowTraceMs: 20_000, detail: 'minimal' },
};
