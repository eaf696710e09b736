/** Attributes that say what is not native to a log record. */
export const EVENT_ATTRIBUTES = {
	eventId: 'pipeline.event.id',
	eventType: 'pipeline.event.type',
	module: 'pipeline.event.module',
	component: 'pipeline.event.component',
	value: 'pipeline.event.value',
	unit: 'pipeline.event.unit',
	recordId: 'pipeline.record_id',
	batchId: 'pipeline.batch_id',
	correlationId: 'pipeline.correlation_id',
	parentSpanId: 'pipeline.parent_span_id',
} as const;

/** Prefix of a dimension whose own name is one of the attributes above (or begins with this prefix). */
export const ESCAPE_PREFIX = 'pipeline.dimension.';

/** A log record of the OpenTelemetry data model that carries an event: plain values, whatever transport follows. */
export interface EventLogRecord {
	/** The event's name. */
	readonly eventName: string;
	/** Nanoseconds since the Unix epoch. */
	readonly timeUnixNano: bigint;
	readonly severityNumber: number;
	readonly severityText: string;
	/** What a viewer shows: the dimension `message`, where there is one. Not read back. */
	readonly body?: string;
	readonly traceId?: string;
	readonly spanId?: string;
	readonly attributes: Readonly<Record<string, string | number>>;
}

const RESERVED: readonly string[] = Object.values(EVENT_ATTRIBUTES);

/** The attribute under which a dimension travels. */
export function attributeOfDimension(key: string): string {
	return RESERVED.includes(key) || key.startsWith(ESCAPE_PREFIX) ? ESCAPE_PREFIX + key : key;
}

/** The dimension that an attribute carries; undefined for attributes of the event itself. */
export function dimensionOfAttribute(key: string): string | undefined {
	if (key.startsWith(ESCAPE_PREFIX)) return key.slice(ESCAPE_PREFIX.length);
	return RESERVED.includes(key) ? undefined : key;
}
