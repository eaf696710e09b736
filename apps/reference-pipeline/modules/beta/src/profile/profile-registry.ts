import { ConfigError, type TypedEmitter } from '@pipeline/model';
import type { BetaConfig } from '../config/config.ts';
import { RateWindow } from '../errors/rate-window.ts';
import type { BetaEvents } from '../module/events.ts';
import { compileProfile } from './compile-profile.ts';
import type { CompiledProfile } from './compiled.ts';
import { changedRules, schemaChanges } from './profile-changes.ts';

const WINDOW_MAPPINGS = 100;
const MINIMUM_MAPPINGS = 20;

interface RegisteredProfile {
	compiled: CompiledProfile;
	readonly mappings: RateWindow;
	suspended: boolean;
}

/** The profiles of a running module. A change reaches batches that arrive after it; records on their way keep theirs. */
export class ProfileRegistry {
	readonly #profiles = new Map<string, RegisteredProfile>();
	readonly #config: BetaConfig;
	readonly #events: TypedEmitter<BetaEvents>;
	readonly #now: () => string;

	constructor(config: BetaConfig, events: TypedEmitter<BetaEvents>, now: () => string) {
		this.#config = config;
		this.#events = events;
		this.#now = now;
	}

	/**
	 * Adds a profile or replaces it by a higher version.
	 * @throws ConfigError when the profile is wrong, or when other content carries the same or a lower version
	 */
	put(given: unknown): CompiledProfile {
		const compiled = compileProfile(given, this.#config.transformErrorPolicy);
		const { profileId, version } = compiled.profile;
		const known = this.#profiles.get(profileId);
		if (known?.compiled.checksum === compiled.checksum) return known.compiled;
		if (known && version <= known.compiled.profile.version) {
			throw new ConfigError(
				`profile.${profileId}.version`,
				`above ${known.compiled.profile.version}, because the content differs`,
			);
		}
		const mappings = new RateWindow(WINDOW_MAPPINGS, MINIMUM_MAPPINGS);
		this.#profiles.set(profileId, { compiled, mappings, suspended: false });
		this.#announce(known?.compiled, compiled);
		return compiled;
	}

	get(profileId: string): CompiledProfile | undefined {
		return this.#profiles.get(profileId)?.compiled;
	}

	isSuspended(profileId: string): boolean {
		return this.#profiles.get(profileId)?.suspended ?? false;
	}

	/** Share of failures among the last 100 mappings of a profile, 0 for the first 20. */
	mappingErrorRate(profileId: string): number {
		return this.#profiles.get(profileId)?.mappings.rate ?? 0;
	}

	/** Ids of all profiles. */
	get profileIds(): readonly string[] {
		return [...this.#profiles.keys()];
	}

	/** Counts a mapping; too many failures suspend the profile: the intake refuses its batches until {@link resume}. */
	countMapping(profileId: string, failed: boolean): void {
		const profile = this.#profiles.get(profileId);
		if (!profile) return;
		profile.mappings.add(failed);
		const errorRate = profile.mappings.rate;
		const threshold = this.#config.mappingErrorThreshold;
		if (profile.suspended || errorRate <= threshold) return;
		profile.suspended = true;
		this.#events.emit('profileSuspended', { profileId, errorRate, threshold });
	}

	resume(profileId: string, operator: string): void {
		const profile = this.#profiles.get(profileId);
		if (!profile?.suspended) return;
		profile.suspended = false;
		profile.mappings.clear();
		this.#events.emit('profileResumed', { profileId, operator });
	}

	#announce(previous: CompiledProfile | undefined, { profile, checksum }: CompiledProfile): void {
		this.#events.emit('ruleSetChanged', {
			profileId: profile.profileId,
			previousVersion: previous?.profile.version,
			version: profile.version,
			author: profile.author,
			effectiveAt: profile.effectiveAt ?? this.#now(),
			checksum,
			changedRules: changedRules(previous?.profile, profile),
		});
		if (!previous) return;
		for (const change of schemaChanges(previous.profile, profile)) this.#events.emit('schemaChanged', change);
	}
}
