import type { RuleConfig } from '@pipeline/alpha';
import type { FaultInjector, Message } from '@pipeline/integration-layer';
import seedrandom from 'seedrandom';
import type { RunOptions } from './run-options.ts';

/** Share of batches whose header context is lost, that arrive twice, or of records whose own context is lost. */
const SHARES = { 'drop-header': 0.2, 'duplicate-batch': 0.2, 'strip-context': 0.01 } as const;
/** Share of records that lose a field which their transformation needs. */
const SPOILED = 0.005;
/** Beyond which beta halts: 0.8 of the records that it worked on last. */
const MOST = 0.95;
const CONTEXT = ['traceId', 'spanId', 'parentSpanId', 'traceFlags', 'traceState', 'baggage'] as const;

/** Faults of a connection: the same for the same seed. */
export function faultsOf({ faults, seed = 'faults' }: RunOptions, edge: string): FaultInjector | undefined {
	const random = seedrandom(`${seed}/${edge}`);
	const dropsHeader = faults.includes('drop-header');
	const duplicates = faults.includes('duplicate-batch');
	if (!dropsHeader && !duplicates) return undefined;
	return (message) => {
		if (!('records' in message)) return [message];
		const sent = dropsHeader && random() < SHARES['drop-header'] ? withoutHeaderContext(message) : message;
		return duplicates && random() < SHARES['duplicate-batch'] ? [sent, sent] : [sent];
	};
}

function withoutHeaderContext(message: Message): Message {
	return { ...message, header: without(message.header) } as Message;
}

/** Takes the context off some of the records that arrive, as a broken intermediary would. Records that never left the process have none. */
export function stripContext(
	{ faults, seed = 'faults' }: RunOptions,
	role: string,
): <R extends object>(records: readonly R[]) => readonly R[] {
	if (!faults.includes('strip-context')) return (records) => records;
	const random = seedrandom(`${seed}/${role}/strip`);
	return (records) => records.map((record) => (random() < SHARES['strip-context'] ? without(record) : record));
}

/** Takes a field off some of the records that arrive, so that one of their target schemas fails, or all: the same records when they come again. */
export function spoilRecords({
	faults,
	seed = 'faults',
}: RunOptions): <R extends { readonly recordId: string; readonly fields: object }>(
	records: readonly R[],
) => readonly R[] {
	const share = faults.includes('fail-most-records') ? MOST : faults.includes('fail-records') ? SPOILED : 0;
	if (share === 0) return (records) => records;
	return (records) =>
		records.map((record) => {
			const chance = seedrandom(`${seed}/spoil/${record.recordId}`)();
			return chance < share ? spoil(record, share === MOST || chance < share / 2) : record;
		});
}

function spoil<R extends { readonly fields: object }>(record: R, wholly: boolean): R {
	const { origin: _origin, ...rest } = record.fields as Record<string, unknown>;
	return Object.assign(record, { fields: wholly ? {} : rest });
}

/** Rules that some records of the reference data break: flights across the country, strikes of large animals. */
export function spoilingRules({ faults }: RunOptions): readonly RuleConfig[] {
	return faults.includes('fail-records') ? [{ id: 'VR04', fieldConstraints: { distance: { max: 2_450 } } }] : [];
}

function without<T extends object>(item: T): T {
	const copy = { ...item } as Record<string, unknown>;
	for (const name of CONTEXT) delete copy[name];
	return copy as T;
}
