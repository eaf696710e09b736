import type { RecordJourney } from '../../src/journey/journey.ts';
import { instant, traceId } from '../lineage/sample-events.ts';

/** Text from outside that would do harm where it is taken for more than text. */
export const HOSTILE = `</style></script><script>alert(1)</script><img src=x onerror=alert(2)>"'\`&javascript:alert(3)\u001B[31m\u202E`;

/**
 * A journey with something of everything: failed twice, dead, replayed and delivered; not sampled in part.
 *
 * @param name stands wherever a text comes from outside
 */
export function sampleJourney(name: string): RecordJourney {
	const stage = { status: 'OK' as const, depth: 0, repeats: 1 };
	const attempt = (number: number, startMs: number, errorCode?: string) => ({
		...{
			name: 'gamma.delivery.attempt',
			startMs,
			durationMs: 100,
			depth: 1,
			repeats: 1,
			attempt: number,
			subject: name,
		},
		...(errorCode === undefined ? { status: 'OK' as const } : { status: 'ERROR' as const, errorCode }),
	});
	const edge = (parentId: string, childId: string, relation: 'DERIVE' | 'REJECT' | 'COPY', at: number) => ({
		...{ tenant: name, parentId, childId, relation, timestamp: instant(at), module: 'BETA' as const },
		...{ operation: 'pipeline.beta.mapping.audit.record_mapped', stepId: `step-${at}` },
	});
	const node = (id: string, kind: 'record' | 'source' | 'entry' | 'destination', distance: number) => ({
		...{ id: `${kind}:${id}`, tenant: name, kind, name: id, distance },
		...(kind === 'record' ? { recordId: id } : {}),
	});
	return {
		...{ recordId: name, tenant: name, lineageIds: [name], batchIds: [name], correlationIds: [name] },
		...{ source: name, classification: name, startedAt: instant(0), endedAt: instant(90_061_000) },
		...{ durationMs: 90_061_000, outcome: 'DELIVERED', isTruncated: false },
		ends: [
			{ at: instant(400), module: 'GAMMA', outcome: 'DLQ', schema: name, traceId: traceId(1), durationMs: 400 },
			{ at: instant(90_061_000), module: 'GAMMA', outcome: 'DELIVERED', schema: name },
		],
		traces: [
			{
				...{ traceId: traceId(1), kind: 'ORIGINAL', evidence: 'SPANS', startMs: 0, durationMs: 400, spans: 9 },
				modules: [
					{
						...{ module: 'ALPHA', startMs: 0, durationMs: 20, status: 'OK', attempts: 0 },
						stages: [
							{ ...stage, name: 'alpha.record.ingest', startMs: 0, durationMs: 20, subject: name },
							{ ...stage, name: 'alpha.validation.rule', startMs: 0.25, durationMs: 0.012, depth: 2, repeats: 6 },
						],
					},
					{
						...{ module: 'GAMMA', startMs: 100, durationMs: 300, status: 'ERROR', attempts: 2 },
						stages: [
							{ ...stage, name: name, startMs: 100, durationMs: 300, status: 'ERROR', errorCode: 'DELIV_002_REJECTED' },
							attempt(1, 100, 'DELIV_001_TIMEOUT'),
							attempt(2, 290, 'DELIV_002_REJECTED'),
						],
					},
				],
			},
			{
				...{ traceId: traceId(2), kind: 'REPLAY', link: 'replay_of', evidence: 'AUDIT', startMs: 90_060_000 },
				...{ durationMs: 1_000, spans: 0 },
				modules: [
					{
						...{ module: 'GAMMA', startMs: 90_060_000, durationMs: 1_000, status: 'OK', attempts: 1 },
						stages: [
							{ ...stage, name: 'gamma.delivery.delivery_attempted', startMs: 90_060_000, attempt: 1 },
							{ ...stage, name: 'gamma.delivery.delivery_confirmed', startMs: 90_061_000 },
						],
					},
				],
			},
			{
				...{
					traceId: traceId(3),
					kind: 'LINKED',
					link: name,
					evidence: 'SPANS',
					startMs: -50,
					durationMs: 10,
					spans: 1,
				},
				modules: [],
			},
		],
		links: [{ traceId: traceId(1), type: name }],
		deliveries: [
			{
				...{ destinationId: name, status: 'DELIVERED', deliveredAt: instant(90_061_000), acknowledgmentId: name },
				attempts: [
					{ number: 1, at: instant(100), status: name, errorCode: 'DELIV_001_TIMEOUT' },
					{ number: 2, at: instant(290), status: 'FAILED', errorCode: name },
					{ number: 1, at: instant(90_060_000), status: 'SUCCESS' },
				],
				contentChecksum: name,
			},
			{ destinationId: 'archive', status: 'BLOCKED', attempts: [], reason: name },
		],
		transformations: [
			{
				...{ stepId: name, timestamp: instant(50), module: 'BETA', operation: name, ruleId: name, stage: name },
				...{ fieldsAffected: [name], previousChecksum: name, resultingChecksum: name, schema: name, outcome: name },
			},
		],
		errors: [
			{
				...{ at: instant(200), module: name, component: name, code: name, details: { rule_id: name, [name]: 'x' } },
				traceId: name,
			},
		],
		queueEntries: [
			{
				...{ entryId: name, queue: name, module: 'GAMMA', enqueuedAt: instant(400), errorCode: name },
				expiresAt: instant(604_800_400),
				replays: [{ at: instant(90_060_000), operator: name, justification: name, traceId: traceId(2) }],
			},
			{ entryId: 'e-2', queue: 'DLQ', module: 'GAMMA', enqueuedAt: instant(401), replays: [] },
		],
		events: [
			{
				...{
					eventId: name,
					timestamp: instant(10),
					module: 'ALPHA',
					component: name,
					eventType: 'AUDIT',
					severity: 'INFO',
				},
				...{ name, recordId: name, traceId: traceId(1), spanId: name },
				dimensions: { 'audit.actor_id': name, 'audit.outcome': 'FAILURE', [name]: name },
			},
		],
		lineage: {
			start: [`record:${name}`],
			nodes: [
				node(name, 'source', -1),
				node(name, 'record', 0),
				node('other', 'record', 1),
				node(name, 'entry', 1),
				node(name, 'destination', 1),
			],
			edges: [
				edge(`source:${name}`, `record:${name}`, 'DERIVE', 10),
				edge(`record:${name}`, `entry:${name}`, 'REJECT', 400),
				edge(`entry:${name}`, `record:${name}`, 'DERIVE', 90_060_000),
				edge(`record:${name}`, `destination:${name}`, 'COPY', 90_061_000),
				edge(`record:${name}`, 'record:other', 'DERIVE', 90_061_001),
			],
			...{ isTruncated: false, limits: [], depthReached: 1 },
		},
		gaps: [{ kind: 'NOT_SAMPLED', message: 'No span of this trace was kept.', traceId: traceId(2) }],
	};
}
