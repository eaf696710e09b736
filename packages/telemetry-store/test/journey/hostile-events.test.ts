import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deliveriesOf } from '../../src/journey/deliveries.ts';
import { eventStages } from '../../src/journey/event-stages.ts';
import { errorsOf } from '../../src/journey/journey-errors.ts';
import { modulesOf } from '../../src/journey/journey-modules.ts';
import { queueEntriesOf } from '../../src/journey/queue-entries.ts';
import { outcomeOf, terminalPoints } from '../../src/journey/terminal-points.ts';
import { transformationSteps } from '../../src/lineage/transformation-steps.ts';
import { event } from '../lineage/sample-events.ts';

const KEYS = [
	...['destination_id', 'attempt_number', 'attempt_timestamp', 'status', 'entry_id', 'queue', 'retention_until'],
	...[
		'trace.outcome',
		'trace.duration_ms',
		'target_schema',
		'field_name',
		'checksum_before',
		'acknowledgment_timestamp',
	],
].map((key) => `pipeline.${key}`);
const NAMES = [
	...[
		'gamma.delivery.audit.delivery_attempted',
		'gamma.delivery.audit.delivery_confirmed',
		'gamma.dlq.audit.entry_created',
	],
	...['gamma.dlq.audit.entry_replayed', 'beta.transform.audit.field_transformed', 'gamma.trace.trace.completed'],
].map((name) => `pipeline.${name}`);

const value = fc.oneof(
	fc.string(),
	fc.constantFrom('', 'NaN', '-1', '1e999', '__proto__', 'DELIVERED', '2026-13-45T99:99:99Z'),
);
const drawn: fc.Arbitrary<TelemetryEvent> = fc
	.record({
		name: fc.oneof(fc.constantFrom(...NAMES), fc.string()),
		at: fc.nat(1_000_000),
		dimensions: fc.dictionary(
			fc.oneof(fc.constantFrom(...KEYS, 'error.type', 'audit.outcome', '__proto__'), fc.string()),
			value,
		),
	})
	.map((draft) => event({ ...draft, trace: 'a' }));

it('makes data of whatever dimensions say: nothing throws, and numbers are numbers', () => {
	fc.assert(
		fc.property(fc.array(drawn, { maxLength: 20 }), (events) => {
			const points = terminalPoints(events);
			const deliveries = deliveriesOf(events);
			const made = {
				deliveries,
				points,
				...{ outcome: outcomeOf(points), errors: errorsOf(events, new Map()), queues: queueEntriesOf(events) },
				...{ steps: transformationSteps(events), modules: modulesOf(eventStages(events, 0)) },
			};
			// JSON has no other way to say that a number is none.
			expect(JSON.stringify(made)).not.toMatch(/:null/);
			expect(new Set(deliveries.map(({ destinationId }) => destinationId)).size).toBe(deliveries.length);
		}),
		{ numRuns: 300 },
	);
});

it('lets the last word of each schema count', () => {
	const end = (outcome: string, schema?: string) => ({
		...{ at: '', module: 'GAMMA', outcome: outcome as 'DELIVERED' },
		...(schema === undefined ? {} : { schema }),
	});
	expect(outcomeOf([])).toBe('IN_PROGRESS');
	expect(outcomeOf([end('DROPPED', 'a'), end('DELIVERED', 'a')])).toBe('DELIVERED');
	expect(outcomeOf([end('DELIVERED', 'a'), end('DROPPED', 'b')])).toBe('PARTIAL');
	expect(outcomeOf([end('REJECTED'), end('DELIVERED', 'a'), end('DELIVERED', 'b')])).toBe('DELIVERED');
	expect(outcomeOf([end('DELIVERED', 'a'), end('EXPIRED')])).toBe('EXPIRED');
	expect(outcomeOf([end('FAILED', 'a'), end('DLQ', 'b')])).toBe('DLQ');
});
