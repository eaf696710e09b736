import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { definedFields } from '../lineage/defined-fields.ts';
import { epochMs, type PlacedStage, rounded } from './span-stages.ts';
import { stageSubject } from './stage-subject.ts';

/** Stages as the events of a trace tell them, where its spans were not kept: when, not how long. */
export function eventStages(events: readonly TelemetryEvent[], zeroMs: number): readonly PlacedStage[] {
	return events.map(({ module, name, timestamp, spanId, dimensions }) => {
		const failed = dimensions['audit.outcome'] === 'FAILURE' || dimensions['error.type'] !== undefined;
		const attempt = Number(dimensions['pipeline.attempt_number'] ?? Number.NaN);
		return {
			module,
			name: stageName(name),
			startMs: rounded(epochMs(timestamp) - zeroMs),
			status: failed ? 'ERROR' : 'OK',
			...definedFields({
				errorCode: dimensions['error.type'] ?? dimensions['pipeline.error_code'],
				subject: stageSubject(name, dimensions),
				attempt: Number.isInteger(attempt) ? attempt : undefined,
				spanId,
			}),
			depth: 0,
			repeats: 1,
		};
	});
}

/** `pipeline.gamma.delivery.audit.delivery_attempted` is told as `gamma.delivery.delivery_attempted`, as a span would be named. */
function stageName(name: string): string {
	const [, module, component, type, ...rest] = name.split('.');
	return type === undefined ? name : [module, component, ...rest].join('.');
}
