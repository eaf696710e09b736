import { ConfigError, JOURNAL, STAGE, type TransformedRecord, type ValidatedRecord } from '@pipeline/model';
import type { BetaQueueEntry } from '../errors/beta-error-queue.ts';
import type { WorkUnit } from '../intake/work-unit.ts';
import type { ProfileRegistry } from '../profile/profile-registry.ts';

/** The work that replaying an entry means. @throws ConfigError when its profile no longer exists */
export function replayUnit(entry: BetaQueueEntry, profiles: ProfileRegistry): WorkUnit {
	const profile = profiles.get(entry.profileId);
	if (!profile) throw new ConfigError(`profile.${entry.profileId}`, 'a registered profile, because a replay needs it');
	const batchId = entry.batchId ?? entry.entryId;
	return {
		batchId,
		index: entry.batchIndex,
		profile,
		priority: 'NORMAL',
		correlationId: batchId,
		sources: [],
		isLastOfBatch: true,
		onlySchemas: [entry.targetSchema],
		replayOf: entry,
	};
}

/** The record of an entry, as an item of its own: it may be replayed while the first one is still remembered. */
export function replayedItem(entry: BetaQueueEntry): ValidatedRecord | TransformedRecord {
	const item = entry.item as ValidatedRecord | TransformedRecord;
	return { ...item, [JOURNAL]: entry[JOURNAL], [STAGE]: entry[STAGE] };
}
