import { ENTRY_STAGE, type Journal, telemetry } from '@pipeline/telemetry-core';
import {
	beginReplay,
	guarded,
	type Patch,
	type ReplayedEntry,
	Replays,
	read,
} from '@pipeline/telemetry-core/instrumentation';
import type { AlphaBinding } from './binding.ts';
import { metrics } from './metrics.ts';

/** The module's replays: what the queue tells and what the operation does meet here. */
export const replays = new Replays(begin);

/** An entry is processed again: a new trace that points to the old one. */
export function replay(binding: AlphaBinding): Patch {
	return {
		target: binding.replay,
		sees: 'replays',
		wrap: (original, operation) =>
			function replayed(this: unknown): unknown {
				const result: unknown = Reflect.apply(original, this, arguments);
				if (operation.isEnabled)
					guarded(operation.name, () => {
						const entry = read(binding.replay?.entry, result) ?? result;
						if (typeof entry !== 'object' || entry === null) return;
						replays.begin(binding, entry);
					});
				return result;
			},
	};
}

/** The stage of the replay is the record's entry stage: it ends where that does. */
function begin(binding: AlphaBinding, entry: ReplayedEntry): Journal {
	const readers = binding.errorQueue;
	const item = read(readers?.item, entry) ?? entry;
	const journal = beginReplay(entry, entry, {
		queue: read(readers?.queue, entry),
		entryId: read(readers?.entryId, entry),
		replayCount: read(binding.replay?.replayCount, entry),
		recordId: read(binding.record?.recordId, item),
		lineageId: read(binding.record?.lineageId, item) ?? read(binding.raw?.lineageId, item),
		sourceId: read(binding.record?.sourceId, item) ?? read(binding.raw?.sourceId, item),
	});
	if (journal !== 0) telemetry.tracer.attach(item, journal, ENTRY_STAGE);
	metrics.inProgress.of().add(1);
	return journal;
}
