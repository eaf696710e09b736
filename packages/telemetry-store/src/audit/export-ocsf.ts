import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { detailsOf } from './export-text.ts';

const VERSION = '1.6.0';
const APPLICATION_ACTIVITY = 6;
const API_ACTIVITY = 6_003;
const OTHER = 99;

const ACTIVITIES: Readonly<Record<string, readonly [id: number, name: string]>> = {
	CREATE: [1, 'Create'],
	READ: [2, 'Read'],
	UPDATE: [3, 'Update'],
	DELETE: [4, 'Delete'],
	EXECUTE: [OTHER, 'Execute'],
};
const STATUSES: Readonly<Record<string, readonly [id: number, name: string]>> = {
	SUCCESS: [1, 'Success'],
	FAILURE: [2, 'Failure'],
	PARTIAL: [OTHER, 'Partial'],
};
const SEVERITIES = {
	DEBUG: [1, 'Informational'],
	INFO: [1, 'Informational'],
	WARN: [3, 'Medium'],
	ERROR: [4, 'High'],
	CRITICAL: [5, 'Critical'],
} as const;
const UNKNOWN = [0, 'Unknown'] as const;
const USER = { id: 1, name: 'User' };

const OWN_FIELD = [
	...['audit.actor_id', 'audit.actor_type', 'audit.session_id', 'audit.action', 'audit.outcome'],
	...['audit.resource_id', 'audit.resource_type', 'pipeline.tenant'],
];

/**
 * An event of the Open Cybersecurity Schema Framework in one line: an API activity, since each entry says who did what to which thing. What
 * has no attribute there stands in `unmapped`, under the name that it has here.
 *
 * @see https://schema.ocsf.io/1.6.0/classes/api_activity
 */
export function ocsfOf(event: TelemetryEvent): string {
	const { dimensions } = event;
	const [activityId, activityName] = ACTIVITIES[dimensions['audit.action'] ?? ''] ?? UNKNOWN;
	const [statusId, status] = STATUSES[dimensions['audit.outcome'] ?? ''] ?? UNKNOWN;
	const [severityId, severity] = SEVERITIES[event.severity];
	const service = `${event.module.toLowerCase()}.${event.component}`;
	const resourceId = dimensions['audit.resource_id'];
	const activity = {
		class_uid: API_ACTIVITY,
		class_name: 'API Activity',
		category_uid: APPLICATION_ACTIVITY,
		category_name: 'Application Activity',
		activity_id: activityId,
		activity_name: activityName,
		type_uid: API_ACTIVITY * 100 + activityId,
		type_name: `API Activity: ${activityName}`,
		time: Date.parse(event.timestamp),
		severity_id: severityId,
		severity,
		status_id: statusId,
		status,
		metadata: {
			version: VERSION,
			product: { name: 'telemetry-store', vendor_name: 'Pipeline Telemetry' },
			uid: event.eventId,
			event_code: event.name,
			original_time: event.timestamp,
			correlation_uid: event.correlationId,
			tenant_uid: dimensions['pipeline.tenant'],
		},
		actor: actorOf(event),
		api: { operation: event.name, service: { name: service } },
		src_endpoint: { svc_name: service },
		resources: resourceId === undefined ? undefined : [{ uid: resourceId, type: dimensions['audit.resource_type'] }],
		unmapped: {
			record_id: event.recordId,
			batch_id: event.batchId,
			trace_id: event.traceId,
			span_id: event.spanId,
			parent_span_id: event.parentSpanId,
			value: event.value,
			unit: event.unit,
			...detailsOf(event, OWN_FIELD),
		},
	};
	return `${JSON.stringify(activity)}\n`;
}

/** A person is a user; everything else is an application. */
function actorOf({ dimensions, module }: TelemetryEvent): Readonly<Record<string, unknown>> {
	const id = dimensions['audit.actor_id'] ?? module.toLowerCase();
	const sessionId = dimensions['audit.session_id'];
	const session = sessionId === undefined ? {} : { session: { uid: sessionId } };
	if (dimensions['audit.actor_type'] !== 'USER') return { app_name: id, app_uid: id, ...session };
	return { user: { uid: id, type_id: USER.id, type: USER.name }, ...session };
}
