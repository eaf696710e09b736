import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { detailsOf, printable } from './export-text.ts';

const VENDOR = 'Pipeline Telemetry';
const PRODUCT = 'telemetry-store';
/** Of the mapping, not of the software: it changes when fields move. */
const MAPPING_VERSION = '1';

/** 0 to 10, of which 7 and above are high. */
const SEVERITIES = { DEBUG: 1, INFO: 3, WARN: 5, ERROR: 7, CRITICAL: 10 } as const;

const OWN_FIELD = [
	...[
		'audit.actor_id',
		'audit.actor_type',
		'audit.action',
		'audit.outcome',
		'audit.resource_id',
		'audit.resource_type',
	],
	...['audit.category', 'audit.checksum', 'audit.sequence', 'pipeline.tenant'],
];

/**
 * A line of the Common Event Format. What has no field of its own stands as JSON in `msg`.
 *
 * @see https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors-8.4/cef-implementation-standard/
 */
export function cefOf(event: TelemetryEvent): string {
	const { dimensions } = event;
	const [title = event.name] = event.name.split('.').slice(-1);
	const header = ['CEF:0', VENDOR, PRODUCT, MAPPING_VERSION, event.name, title.replaceAll('_', ' ')].map(headerText);
	const labelled: readonly (readonly [label: string, value: string | undefined])[] = [
		['correlationId', event.correlationId],
		['recordId', event.recordId],
		['resourceType', dimensions['audit.resource_type']],
		['resourceId', dimensions['audit.resource_id']],
		['traceId', event.traceId],
		['checksum', dimensions['audit.checksum']],
	];
	const fields: readonly (readonly [string, string | undefined])[] = [
		['rt', String(Date.parse(event.timestamp))],
		['externalId', event.eventId],
		['cat', dimensions['audit.category']],
		['act', dimensions['audit.action']],
		['outcome', dimensions['audit.outcome']],
		['suid', dimensions['audit.actor_id']],
		['spriv', dimensions['audit.actor_type']],
		['deviceFacility', `${event.module.toLowerCase()}.${event.component}`],
		['deviceExternalId', dimensions['pipeline.tenant']],
		...labelled.flatMap(([label, value], index) => [
			[`cs${index + 1}Label`, value === undefined ? undefined : label] as const,
			[`cs${index + 1}`, value] as const,
		]),
		['cn1Label', dimensions['audit.sequence'] === undefined ? undefined : 'sequence'],
		['cn1', dimensions['audit.sequence']],
		['msg', JSON.stringify({ ...othersOf(event), ...detailsOf(event, OWN_FIELD) })],
	];
	const extension = fields.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${extensionText(value)}`]));
	return `${header.join('|')}|${SEVERITIES[event.severity]}|${extension.join(' ')}\n`;
}

function othersOf({ batchId, spanId, parentSpanId, value, unit }: TelemetryEvent): Readonly<Record<string, unknown>> {
	return { batch_id: batchId, span_id: spanId, parent_span_id: parentSpanId, value, unit };
}

function headerText(text: string): string {
	return printable(text)
		.replace(/[\\|]/g, '\\$&')
		.replace(/[\r\n]+/g, ' ');
}

function extensionText(text: string): string {
	return printable(text).replace(/[\\=]/g, '\\$&').replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}
