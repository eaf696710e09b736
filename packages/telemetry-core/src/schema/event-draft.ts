import { TelemetryEventError } from './telemetry-event-error.ts';

/** The rules of the collection service, by number. */
export type EventRule =
	`EV${'01' | '02' | '03' | '04' | '05' | '06' | '07' | '08' | '09' | '10' | '11' | '12' | '13' | '14' | '15' | '16' | '17' | '18' | '19' | '20'}`;

/** One broken rule and what was done about it. */
export interface EventFinding {
	readonly rule: EventRule;
	/** Field, dimensions as `dimensions.<key>`. */
	readonly path: string;
	readonly message: string;
}

/** What a rule did: kept the event as it was, changed it, or refuses it. */
export type Effect = 'keep' | 'repair' | 'reject';

/** What the collection service knows about a metric. */
export interface MetricFacts {
	readonly unit: string;
	/** Attribute keys as they are on the wire. */
	readonly attributes: readonly string[];
}

/** What rules need to know from outside. */
export interface CheckOptions {
	/** Milliseconds since the Unix epoch. */
	readonly now: number;
	/** An unknown component is rejected in `dev` and only reported in `prod`. */
	readonly mode: 'dev' | 'prod';
	/** The catalogue. Without it metric names and units are not looked up. */
	readonly metricEntry?: (name: string) => MetricFacts | undefined;
	/** True when the id was seen in the last 10 minutes. Asked once, for events that are not rejected. */
	readonly isDuplicate?: (eventId: string) => boolean;
	/** @default `redactDimensions` */
	readonly redact?: (dimensions: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
	/** Keyed hash of a tenant: 64 hex digits, `t_` and 16, or the id of the key, `:` and 16. @default unkeyed SHA-256, `t_` and 16 digits */
	readonly hashTenant?: (tenant: string) => string;
	/** Makes ids for events without a usable one. @default UUID v7 */
	readonly newId?: () => string;
	/** Who acts when an AUDIT event names nobody. @default such an event is incomplete */
	readonly serviceInstanceId?: string;
	/** A replayed import may be old. @default false */
	readonly isImport?: boolean;
}

/** An event while its rules run: any field may still be anything. */
export interface EventDraft {
	eventId?: unknown;
	traceId?: unknown;
	spanId?: unknown;
	parentSpanId?: unknown;
	timestamp?: unknown;
	module?: unknown;
	component?: unknown;
	eventType?: unknown;
	severity?: unknown;
	name?: unknown;
	value?: unknown;
	unit?: unknown;
	recordId?: unknown;
	batchId?: unknown;
	correlationId?: unknown;
	dimensions: Record<string, unknown>;
}

/** How a rule says what it found. */
export type Report = (rule: EventRule, effect: Effect, path: string, message: string) => void;

/** One or more rules on a draft that they may change. */
export type RuleCheck = (draft: EventDraft, report: Report, options: CheckOptions) => void;

const FIELDS = [
	'eventId',
	'traceId',
	'spanId',
	'parentSpanId',
	'timestamp',
	'module',
	'component',
	'eventType',
	'severity',
	'name',
	'value',
	'unit',
	'recordId',
	'batchId',
	'correlationId',
] as const satisfies readonly Exclude<keyof EventDraft, 'dimensions'>[];

/** Copies the own fields of something that should be an event. @throws TelemetryEventError `EVENT_UNREADABLE` */
export function draftOf(event: unknown): EventDraft {
	if (typeof event !== 'object' || event === null) {
		throw new TelemetryEventError(
			'EVENT_UNREADABLE',
			`An event is an object, not ${event === null ? 'null' : typeof event}.`,
		);
	}
	try {
		const dimensions = Object.hasOwn(event, 'dimensions') ? (event as EventDraft).dimensions : undefined;
		const draft: EventDraft = { dimensions: copyDimensions(dimensions) };
		for (const field of FIELDS) {
			const value = Object.hasOwn(event, field) ? (event as EventDraft)[field] : undefined;
			if (value !== undefined && value !== null) draft[field] = value;
		}
		return draft;
	} catch (cause) {
		throw new TelemetryEventError('EVENT_UNREADABLE', 'The event throws when it is read.', { cause });
	}
}

function copyDimensions(dimensions: unknown): Record<string, unknown> {
	if (typeof dimensions !== 'object' || dimensions === null || Array.isArray(dimensions)) return {};
	return Object.fromEntries(Object.entries(dimensions));
}
