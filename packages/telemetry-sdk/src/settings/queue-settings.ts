import { fixed, optional, prefixed } from './setting.ts';
import { integer } from './setting-types.ts';

/** How both kinds of queues wait and send, unless one of them says otherwise. Spans of records are not counted but weighed, before they wait. */
export function allQueues() {
	return prefixed('queue', {
		size: fixed(integer(1, 1_000_000), 8_192, {
			env: ['TELEMETRY_QUEUE_SIZE'],
			description:
				'spans of batches and libraries that wait to be sent; eight times as many events and log lines. Spans of records: 32 MB',
		}),
		batchSize: fixed(integer(1, 65_536), 512, {
			env: ['TELEMETRY_BATCH_SIZE'],
			description: 'of them in one request; spans of records: 1 MB',
		}),
		flushMs: fixed(integer(10, 600_000), 5_000, {
			env: ['TELEMETRY_FLUSH_MS'],
			description: 'milliseconds until what waits is sent; spans of records wait for no longer than 1000',
		}),
	});
}

/** The queue of one signal, by OpenTelemetry's own variables. */
export function oneQueue<const S extends 'traces' | 'logs'>(signal: S, prefix: string, of: string) {
	return prefixed(`queue.${signal}`, {
		size: optional(integer(1, 8_000_000), {
			env: [`${prefix}MAX_QUEUE_SIZE`],
			defaultText: signal === 'logs' ? 'eight times queue.size' : 'queue.size',
			description: `${of} that wait to be sent`,
		}),
		batchSize: optional(integer(1, 65_536), {
			env: [`${prefix}MAX_EXPORT_BATCH_SIZE`],
			defaultText: 'queue.batchSize, no more than wait',
			description: `${of} in one request`,
		}),
		flushMs: optional(integer(0, 600_000), {
			env: [`${prefix}SCHEDULE_DELAY`],
			defaultText: 'queue.flushMs',
			description: `milliseconds until ${of} are sent${signal === 'traces' ? '; those of records after 1000 at the latest' : ''}`,
		}),
		exportTimeoutMs: fixed(integer(1, 600_000), 30_000, {
			env: [`${prefix}EXPORT_TIMEOUT`],
			description: `milliseconds that an export of ${of} may take; a request has its own timeout`,
		}),
	});
}
