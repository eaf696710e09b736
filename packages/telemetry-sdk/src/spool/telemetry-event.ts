import { trace } from '@opentelemetry/api';
import { type LoggerLike, OpenTelemetryEventSink } from '@pipeline/telemetry-core';
import { fromLogRecord, type TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { spooledEventId } from './event-id.ts';
import type { SpooledEvent } from './read-spool.ts';
import { SpoolError } from './spool-error.ts';

const NANOS_PER_MS = 1_000_000;
/** The year 2554: nanoseconds of 64 bits end there. */
const MAX_MS = 18_000_000_000_000;

/** In two parts: a double does not hold the nanoseconds of our days. What is no time counts as the epoch itself, as in what is sent. */
function nanosOf(milliseconds: number): bigint {
	const safe = milliseconds > 0 && milliseconds < MAX_MS ? milliseconds : 0;
	const whole = Math.floor(safe);
	return BigInt(whole) * BigInt(NANOS_PER_MS) + BigInt(Math.round((safe - whole) * NANOS_PER_MS));
}

/**
 * An event of a spool in the form in which it is queried and exported.
 *
 * @throws SpoolError `ENTRY_UNREADABLE` for what no event can be made of, which only somebody can have written who changed the file
 */
export function telemetryEventOf({ producerId, seq, index, event, detail }: SpooledEvent): TelemetryEvent {
	let made: TelemetryEvent | undefined;
	const logger: LoggerLike = {
		emit({ context, timestamp, attributes, ...record }) {
			const { traceId, spanId } = trace.getSpanContext(context) ?? {};
			made = fromLogRecord({
				...record,
				timeUnixNano: nanosOf(timestamp),
				traceId,
				spanId,
				attributes: {
					...attributes,
					'pipeline.event.id': spooledEventId(producerId, seq, index, timestamp),
					'audit.producer_id': producerId,
					'audit.producer_seq': String(seq),
				},
			});
		},
	};
	let failure: string | undefined;
	const note = (reason: string) => {
		failure = reason;
	};
	const sink = new OpenTelemetryEventSink({ logger: () => logger, onDropped: note });
	sink.emit(event, detail);
	if (made === undefined)
		throw new SpoolError('ENTRY_UNREADABLE', `entry ${seq} of ${producerId} makes no event: ${failure}`);
	return made;
}
