// Hot path: runs for every record.
import { isFollowed, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/alpha';
import {
	type Callable,
	guarded,
	type Operation,
	type Patch,
	read,
	setCode,
} from '@pipeline/telemetry-core/instrumentation';
import type { AlphaBinding } from './binding.ts';
import { metrics } from './metrics.ts';

/** Records leave the buffer: the time since their last stage was waiting. */
export function dequeue(binding: AlphaBinding): Patch {
	const readers = binding.dequeue;
	return {
		target: readers,
		sees: 'how long records wait for their batch',
		wrap: (original: Callable, operation: Operation) =>
			function dequeued(this: unknown, _max: unknown, reason: unknown): unknown {
				const records: unknown = Reflect.apply(original, this, arguments);
				if (operation.isEnabled)
					guarded(operation.name, () => tellWait(binding, records, read(readers?.reason, reason) ?? 'SIZE'));
				return records;
			},
	};
}

function tellWait(binding: AlphaBinding, taken: unknown, reason: string): void {
	const { tracer } = telemetry;
	for (const record of read(binding.dequeue?.records, taken) ?? []) {
		const journal = tracer.journalOf(record);
		if (!isFollowed(journal)) continue;
		const stage = tracer.lap(journal, span['alpha.buffer.wait'], tracer.stageOf(record), StageStatus.UNSET);
		setCode(tracer, journal, stage, attribute['pipeline.flush_reason'], reason);
		metrics.bufferWait.of(reason).record(tracer.seconds[0] ?? 0);
	}
}
