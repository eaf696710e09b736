import { lineageEdgesOf, type TelemetryEvent } from '@pipeline/telemetry-core/schema';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import type { LineageRecord } from '../../src/lineage/lineage-record.ts';
import { openLineageEvents } from '../../src/lineage/open-lineage.ts';
import type { LineageGraph } from '../../src/lineage/trace-lineage.ts';
import { transformationSteps } from '../../src/lineage/transformation-steps.ts';
import { HOSTILE, sampleJourney } from '../journey/sample-journey.ts';
import { runEventSchema } from './open-lineage-schema.ts';
import {
	deadLettered,
	delivered,
	enriched,
	fieldTransformed,
	ingested,
	instant,
	mapped,
	transformationFailed,
	uuid,
} from './sample-events.ts';

const story = { record: uuid(9, 1), batch: 'b-1' };
const failed = { record: uuid(9, 2), batch: 'b-1' };

function graphOf(events: readonly TelemetryEvent[]): LineageGraph {
	const edges = events.flatMap((event) => lineageEdgesOf(event).map((edge) => ({ tenant: 'default', ...edge })));
	return { start: [], nodes: [], edges, isTruncated: false, limits: [], depthReached: 1 };
}

function recordOf(recordId: string, events: readonly TelemetryEvent[]): LineageRecord {
	return {
		...{ lineageId: uuid(2, 1), recordId, parentIds: [], transformations: transformationSteps(events) },
		...{ currentLocation: 'TERMINAL:DELIVERED', finalDestinations: [], traceIds: [], batchIds: ['b-1'] },
		...{ enrichmentSources: [], tenant: 'default', isTruncated: false },
	};
}

const steps = [
	ingested({ ...story, at: 0 }),
	mapped({ ...story, at: 10 }, 'flight'),
	mapped({ ...story, at: 30 }, 'flight_leg'),
	enriched({ ...story, at: 35 }, 'airports'),
	delivered({ ...story, at: 40 }, 'records-json'),
	deadLettered({ ...story, at: 50 }, 'legs-csv', 'e-1'),
];
const fields = [fieldTransformed({ ...story, at: 20 }, 'MASK_NAME', 'name')];
const failures = [transformationFailed({ ...failed, at: 25 }, 'origin', 'MAP_001_MISSING_REQUIRED')];
const events = openLineageEvents(graphOf(steps), [recordOf(story.record, fields), recordOf(failed.record, failures)]);

it('tells jobs and data sets, each run from its first to its last step', () => {
	const told = events.map(({ eventType, eventTime, job, inputs, outputs }) => [
		...[job.name, eventType, eventTime],
		`${inputs.map(({ name }) => name).join(' ')} -> ${outputs.map(({ name }) => name).join(' ')}`,
	]);
	const alpha = 'source/FILE:flights -> ingested/FILE:flights';
	const mapping = 'ingested/FILE:flights -> schema/flight schema/flight_leg';
	const transform = 'ingested/FILE:flights ingested -> schema/flight schema/flight_leg';
	const enrichment = 'source/airports -> ingested/FILE:flights';
	const delivery = 'schema/flight schema/flight_leg -> destination/records-json';
	const dead = 'ingested/FILE:flights -> queue/gamma.dlq';
	expect(told).toEqual([
		['alpha.adapter', 'START', instant(0), alpha],
		['alpha.adapter', 'COMPLETE', instant(0), alpha],
		['beta.mapping', 'START', instant(10), mapping],
		['beta.mapping', 'COMPLETE', instant(30), mapping],
		['beta.transform', 'START', instant(20), transform],
		['beta.transform', 'FAIL', instant(25), transform],
		['beta.enrichment', 'START', instant(35), enrichment],
		['beta.enrichment', 'COMPLETE', instant(35), enrichment],
		['gamma.delivery', 'START', instant(40), delivery],
		['gamma.delivery', 'COMPLETE', instant(40), delivery],
		['gamma.dlq', 'START', instant(50), dead],
		['gamma.dlq', 'FAIL', instant(50), dead],
	]);
	expect(new Set(events.map(({ job }) => job.namespace))).toEqual(new Set(['pipeline/default']));
});

it('tells which rule made a field, and why a run failed', () => {
	const transform = events[5];
	const columns = {
		name: {
			inputFields: [
				{
					...{ namespace: 'pipeline/default', name: 'ingested/FILE:flights', field: 'name' },
					transformations: [{ type: 'DIRECT', subtype: 'TRANSFORMATION', description: 'MASK_NAME' }],
				},
			],
		},
	};
	expect(transform?.outputs[0]?.facets?.['columnLineage']).toMatchObject({ fields: columns });
	expect(transform?.run.facets['errorMessage']).toMatchObject({ message: 'MAP_001_MISSING_REQUIRED origin' });
});

it('gives a run the same id each time, and another to each run', () => {
	const ids = events.map(({ run }) => run.runId);
	expect(openLineageEvents(graphOf(steps), [recordOf(story.record, fields)])[0]?.run.runId).toBe(ids[0]);
	expect(new Set(ids).size).toBe(events.length / 2);
	expect(ids.filter((_, index) => index % 2 === 0)).toEqual(ids.filter((_, index) => index % 2 === 1));
});

it('is valid by the public schemas', () => {
	expect(events.map((event) => v.safeParse(runEventSchema, event).issues)).toEqual(events.map(() => undefined));
	const named = fc.oneof(fc.string({ minLength: 1 }), fc.constant(HOSTILE));
	fc.assert(
		fc.property(named, (text) => {
			const { lineage } = sampleJourney(text);
			for (const event of openLineageEvents(lineage)) v.parse(runEventSchema, event);
		}),
	);
});

it('has nothing to say of an empty graph', () => {
	expect(openLineageEvents(graphOf([]))).toEqual([]);
});
