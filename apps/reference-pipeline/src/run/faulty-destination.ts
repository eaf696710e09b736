import { setTimeout as sleep } from 'node:timers/promises';
import type { DeliveryCall, DeliveryReceipt, DestinationAdapter, OutboundRecord } from '@pipeline/gamma';
import seedrandom from 'seedrandom';
import type { RunOptions } from './run-options.ts';

/** Share of records that a destination refuses for good, and of those it refuses once. */
const SHARES = { refused: 0.003, refusedOnce: 0.003 } as const;
/** One call in so many is answered late. */
const SLOW_EVERY = 400;
const FIRST_SLOW = 3;
/** Longer than an operation may take that is not slow. */
const SLOW_CALL_MS = 2_500;

const REFUSAL = { status: 'FAILED', errorCode: 'DELIV_999_UNKNOWN', responseCode: '422' } as const;

/** A destination with the faults of the run: the same records in every run with the same seed. */
export function faultyDestination(
	adapter: DestinationAdapter,
	{ faults, seed = 'faults' }: RunOptions,
	onSlowed: (recordIds: readonly string[]) => void,
): DestinationAdapter {
	const fails = faults.includes('fail-records');
	const slows = faults.includes('slow-records');
	if (!fails && !slows) return adapter;
	let calls = 0;

	async function deliver(batch: readonly OutboundRecord[], call: DeliveryCall): Promise<readonly DeliveryReceipt[]> {
		if (slows && ++calls % SLOW_EVERY === FIRST_SLOW) {
			onSlowed(batch.map(({ rendered }) => rendered.recordId));
			await sleep(SLOW_CALL_MS, undefined, { signal: call.signal });
		}
		const refusals = batch.map((record) => (fails ? refusalOf(seed, record) : undefined));
		const taken = batch.filter((_, index) => refusals[index] === undefined);
		const receipts = taken.length === 0 ? [] : [...(await adapter.deliver(taken, call))];
		return refusals.map((refusal) => refusal ?? (receipts.shift() as DeliveryReceipt));
	}

	return new Proxy(adapter, {
		get(target, name) {
			if (name === 'deliver') return deliver;
			const value: unknown = Reflect.get(target, name, target);
			return typeof value === 'function' ? value.bind(target) : value;
		},
	});
}

function refusalOf(seed: string, { rendered, attemptNumber }: OutboundRecord): DeliveryReceipt | undefined {
	const chance = seedrandom(`${seed}/${rendered.recordId}`)();
	if (chance < SHARES.refused) return { ...REFUSAL, retryEligible: false };
	const isRefusedOnce = chance < SHARES.refused + SHARES.refusedOnce && attemptNumber === 1;
	return isRefusedOnce ? { ...REFUSAL, retryEligible: true } : undefined;
}
