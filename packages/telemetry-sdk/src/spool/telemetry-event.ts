import { trace } from '@opentelemetry/api';
import { type LoggerLike, OpenTelemetryEventSink } from '@pipeline/telemetry-core';
import { fromLogRecord, type TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { spooledEventId } from './event-id.ts';
import type { SpooledEvent } from './read-spool.ts';

const NANOS_PER_MS = 1_000_000;

/** In two parts: a double does not hold the nanoseconds of our days. */
function nanosOf(milliseconds: number): bigint {
	const whole = Math.floor(milliseconds);
	return BigInt(whole) * BigInt(NANOS_PER_MS) + BigInt(Math.round((milliseconds - whole) * NANOS_PER_MS));
}

/** An event of a spool in the form in which it is queried and exported. */
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
	if (made === undefined) throw new TypeError(`entry ${seq} of ${producerId} makes no event: ${failure}`);
	return made;
}
