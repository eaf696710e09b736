import { type BoundMetric, type EventDef, type EventSink, type Metrics, noopMetrics } from '@pipeline/telemetry-core';
import { lookUpEvent } from '@pipeline/telemetry-core/registry';
import { metric } from '@pipeline/telemetry-core/telemetry';

const EMITTED = metric['pipeline.telemetry.events.counter.events_emitted_total'];

/** Counts events by type and module. */
export function countedEvents(events: EventSink, metrics: Metrics): EventSink {
	const bound = new Map<EventDef, BoundMetric>();
	function bind(definition: EventDef): BoundMetric {
		const named = lookUpEvent(definition);
		const module = named?.name.split('.')[1]?.toUpperCase() ?? '';
		const created =
			named === undefined
				? noopMetrics.bind(EMITTED, {})
				: metrics.bind(EMITTED, { 'pipeline.event_type': named.entry.type, 'pipeline.origin_module': module });
		bound.set(definition, created);
		return created;
	}
	return {
		emit(definition, detail) {
			(bound.get(definition) ?? bind(definition)).add(1);
			events.emit(definition, detail);
		},
	};
}
