import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { PlainEvents } from '../../src/ingest/plain-event.ts';
import type { LogRecord } from '../../src/otlp/otlp-types.ts';
import { INGESTED, NOW_MS, recordOf } from './event-requests.ts';

// What is remembered of one request for the next ones must not be what a sender makes as long as a request may be.

const MEBIBYTE = 1_048_576;
const TIMES = 100;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heldMebibytes(): number {
	collectGarbage();
	return process.memoryUsage().heapUsed / MEBIBYTE;
}

/** A text of a mebibyte that no other is, in one piece. */
const longText = (number: number) => Buffer.alloc(MEBIBYTE, `${number}_`).toString('latin1');

function logRecord(changes: object): LogRecord {
	const { timeUnixNano, attributes, ...record } = recordOf(INGESTED) as unknown as LogRecord;
	const plain = (attributes as unknown as readonly { key: string; value: object }[]).map(
		({ key, value }) => [key, Object.values(value)[0]] as const,
	);
	return { ...record, timeUnixNano: BigInt(timeUnixNano), attributes: plain, ...changes } as LogRecord;
}

it.each([
	['keys', (number: number) => ({ attributes: [[`k${longText(number)}`, 'x']] })],
	['names of events', (number: number) => ({ eventName: `pipeline.alpha.adapter.audit.${longText(number)}` })],
])('remembers no long %s', (_, changes) => {
	const plain = new PlainEvents();
	const options = { mode: 'prod', now: NOW_MS } as const;
	expect(plain.read(logRecord({}), options)).toEqual(INGESTED);
	const before = heldMebibytes();
	for (let number = 0; number < TIMES; number++) plain.read(logRecord(changes(number)), options);
	expect(heldMebibytes() - before).toBeLessThan(TIMES / 4);
	expect(plain.read(logRecord({}), options)).toEqual(INGESTED);
});
