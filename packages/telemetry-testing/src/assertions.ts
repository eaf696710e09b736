import assert from 'node:assert/strict';
import { attributeNamed, eventNamed, metricNamed, spanEventNamed, spanNamed } from '@pipeline/telemetry-core/registry';
import type { EventView, MetricPointView, SpanView } from './views.ts';

/** Everything that was exported. */
export interface Exported {
	readonly spans: readonly SpanView[];
	readonly events: readonly EventView[];
	readonly metrics?: readonly MetricPointView[];
}

/**
 * Every span, span event, attribute, event and metric name is in the registry. Spans of other instrumentations (HTTP, databases) are left
 * out by their scope.
 */
export function assertRegistryNames({ spans, events, metrics = [] }: Exported): void {
	const unknown = new Set<string>();
	const check = (kind: string, name: string, isKnown: boolean) => {
		if (!isKnown) unknown.add(`${kind} ${name}`);
	};
	for (const span of spans.filter(({ scope }) => scope.startsWith('@pipeline/'))) {
		check('span', span.name, spanNamed(span.name) !== undefined);
		for (const key of Object.keys(span.attributes)) check('attribute', key, attributeNamed(key) !== undefined);
		for (const { name, attributes } of span.events) {
			check('span event', name, spanEventNamed(name) !== undefined);
			for (const key of Object.keys(attributes)) check('attribute', key, attributeNamed(key) !== undefined);
		}
	}
	for (const { name } of events) check('event', name, eventNamed(name) !== undefined);
	for (const { name } of metrics.filter((metric) => metric.name.startsWith('pipeline.'))) {
		check('metric', name, metricNamed(name) !== undefined);
	}
	assert.deepEqual([...unknown].sort(), []);
}

/** None of the given values (fields, secrets, file contents) appears anywhere in what was exported. */
export function assertNoPayload(exported: Exported, secrets: Iterable<string>): void {
	const text = JSON.stringify(exported);
	const found = [...secrets].filter((secret) => text.includes(secret));
	assert.deepEqual(found, []);
}
