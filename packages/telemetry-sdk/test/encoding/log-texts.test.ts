import { event } from '@pipeline/telemetry-core/alpha';
import { describe, expect, it } from 'vitest';
import { EventLogEncoder } from '../../src/encoding/event-log-encoder.ts';
import { logsRequestJson } from '../../src/export/otlp-json.ts';
import { createRedaction } from '../../src/redaction/redaction.ts';

const COMPLETED = event['pipeline.alpha.trace.trace.completed'];

interface LogsRequest {
	readonly resourceLogs: readonly {
		readonly scopeLogs: readonly {
			readonly logRecords: readonly {
				readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
			}[];
		}[];
	}[];
}

const encoderOf = () =>
	new EventLogEncoder({
		resource: { attributes: {} },
		redaction: createRedaction(),
		producerId: '01890a5d-ac96-774b-bcce-b302099a8057',
		scopeOf: () => ({ name: 'a', version: '1' }),
	});

/** Values of an attribute of each log record. */
function sent(encoder: EventLogEncoder, key: string): unknown[] {
	const request = logsRequestJson(encoder.take()!.bytes) as LogsRequest;
	const records = request.resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
	return records.map(({ attributes }) => Object.values(attributes.find((one) => one.key === key)?.value ?? {})[0]);
}

describe('texts in log records', () => {
	it.each([
		['ASCII', 'a'],
		['of two bytes', 'é'],
		['of three bytes', '€'],
		['of two code units', '𝄞'],
		['that are none', '\ud834'],
	])('%s arrive whatever their length', (_, character) => {
		const lengths = [
			...Array.from({ length: 300 }, (_unused, length) => length),
			...Array.from({ length: 200 }, (_unused, index) => 15_880 + index),
			...[16_383, 16_384, 65_535, 65_536, 2_097_151, 2_097_152],
		];
		for (const place of ['beginning', 'end']) {
			const texts = lengths.map((length) =>
				place === 'end'
					? 'x'.repeat(Math.max(0, length - character.length)) + character
					: character + 'x'.repeat(Math.max(0, length - character.length)),
			);
			const encoder = encoderOf();
			for (const recordId of texts) {
				encoder.begin({ seq: 1, previous: 0 });
				encoder.emit(COMPLETED, { recordId });
			}
			const arrived = sent(encoder, 'pipeline.record_id');
			expect(arrived.findIndex((text, index) => text !== texts[index]!.toWellFormed())).toBe(-1);
			expect(arrived).toHaveLength(texts.length);
		}
	});
});

describe('numbers in log records', () => {
	it('are whole ones of 64 bits, or doubles', () => {
		const numbers = [
			0,
			-0,
			-1,
			0.5,
			127,
			128,
			2 ** 31,
			-(2 ** 31),
			2 ** 32 - 1,
			2 ** 32,
			2 ** 53 - 1,
			2 ** 53,
			2 ** 53 + 2,
		];
		const all = [
			...numbers,
			-(2 ** 53),
			2 ** 62,
			-(2 ** 63),
			2 ** 63,
			2 ** 64,
			1e300,
			5e-324,
			Infinity,
			-Infinity,
			Number.NaN,
		];
		const encoder = encoderOf();
		for (const durationMs of all) {
			encoder.begin({ seq: 1, previous: 0 });
			encoder.emit(COMPLETED, { durationMs });
		}
		expect(sent(encoder, 'pipeline.event.value').map(Number)).toEqual(all.map((number) => number + 0));
	});
});
