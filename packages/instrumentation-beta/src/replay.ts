import { ENTRY_STAGE, type Journal, nowMs, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { span } from '@pipeline/telemetry-core/beta';
import {
	beginReplay,
	guarded,
	type Patch,
	type ReplayedEntry,
	Replays,
	read,
} from '@pipeline/telemetry-core/instrumentation';
import { describeEntry } from './attributes.ts';
import type { BetaBinding } from './binding.ts';
import { journeys, newJourney } from './journeys.ts';
import { metrics } from './metrics.ts';

/** The module's replays: what the queue tells and what the operation does meet here. */
export const replays = new Replays(begin);

/** An entry is processed again: a new trace that points to the old one, and to the replay before. */
export function replay(binding: BetaBinding): Patch {
	return {
		target: binding.replay,
		sees: 'replays',
		wrap: (original, operation) =>
			function replayed(this: unknown): unknown {
				let entry: unknown;
				try {
					entry = Reflect.apply(original, this, arguments);
				} catch (error) {
					if (operation.isEnabled)
						guarded(operation.name, () => metrics.replays.of(read(binding.replay?.queue, this), 'FAILURE').add(1));
					throw error;
				}
				if (operation.isEnabled && typeof entry === 'object' && entry !== null) {
					const found: object = entry;
					guarded(operation.name, () => replays.begin(binding, found));
				}
				return entry;
			},
	};
}

function begin(binding: BetaBinding, entry: ReplayedEntry): Journal {
	const { tracer } = telemetry;
	const readers = binding.errorQueue;
	const queue = read(readers?.queue, entry) ?? 'CRITICAL';
	const item = read(readers?.item, entry) ?? entry;
	const journal = beginReplay(entry, entry, {
		queue,
		entryId: read(readers?.entryId, entry),
		replayCount: read(binding.replay?.replayCount, entry),
		recordId: read(binding.record?.recordId, item),
		lineageId: read(binding.record?.lineageId, item),
		sourceId: read(binding.record?.sourceId, item),
	});
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	// The record that is made of the entry carries on where the entry stands.
	tracer.begin(span['beta.record.process'], entry);
	const stage = tracer.stageOf(entry);
	const journey = newJourney({ journal, stage, enteredMs: nowMs(), targets: 1, replayedFrom: queue });
	journeys.put(entry, journey);
	describeEntry(binding, tracer, journey, item, undefined);
	return journal;
}
