import type { DestinationRegistration } from '@pipeline/model';
import { type DestinationOptions, type GammaEvents, GammaModule, type GammaOptions } from '../../src/index.ts';
import { ScriptedAdapter } from './scripted-adapter.ts';
import { VirtualRuntime } from './virtual-runtime.ts';

/** A registration for tests. */
export function registrationOf(
	destinationId: string,
	changes: Partial<DestinationRegistration> = {},
): DestinationRegistration {
	return {
		destinationId,
		kind: 'API',
		maxClassification: 'CONFIDENTIAL',
		format: 'JSON',
		ackType: 'SYNC',
		ackTimeoutAction: 'RETRY_DELIVERY',
		enabled: true,
		...changes,
	};
}

/** One emitted event. */
export type Emitted = {
	[K in keyof GammaEvents]: { readonly name: K; readonly payload: GammaEvents[K] };
}[keyof GammaEvents];

const NAMES: readonly (keyof GammaEvents)[] = [
	'recordTerminal',
	'deliveryResult',
	'deliveryBlocked',
	'retryScheduled',
	'circuitChanged',
	'ackTimedOut',
	'ackLate',
	'ackDuplicate',
	'successAssumed',
	'unconfirmedThreshold',
	'reconciled',
	'batchCompleted',
	'destinationRegistered',
	'destinationChanged',
	'degradationChanged',
	'backPressure',
	'renderErrorRateExceeded',
	'replayCompleted',
	'failure',
];

export interface Harness {
	readonly gamma: GammaModule;
	readonly runtime: VirtualRuntime;
	readonly adapter: ScriptedAdapter;
	readonly emitted: Emitted[];
	of<K extends keyof GammaEvents>(name: K): GammaEvents[K][];
}

/** A started module with one scripted destination `out` that gets everything, unless told otherwise. */
export async function startGamma(
	options: Partial<GammaOptions> & {
		readonly destination?: Partial<DestinationOptions>;
		readonly script?: ScriptedAdapter['script'];
		readonly runtime?: VirtualRuntime;
	} = {},
): Promise<Harness> {
	const runtime = options.runtime ?? new VirtualRuntime();
	const adapter = new ScriptedAdapter(options.script);
	const { destination, script: _script, ...rest } = options;
	const gamma = new GammaModule({
		destinations: [{ registration: registrationOf('out'), adapter, ...destination }],
		routing: { rules: [], defaultDestinations: ['out'] },
		...rest,
		runtime,
	});
	const emitted: Emitted[] = [];
	for (const name of NAMES) {
		gamma.events.on(name, (payload) => emitted.push({ name, payload } as Emitted));
	}
	await gamma.start();
	const of = <K extends keyof GammaEvents>(name: K) =>
		emitted.filter((event) => event.name === name).map((event) => event.payload as GammaEvents[K]);
	return { gamma, runtime, adapter, emitted, of };
}
