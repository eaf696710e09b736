import { type AckTimeoutAction, ConfigError, type DestinationRegistration, type Runtime } from '@pipeline/model';
import type { GammaConfig, RenderFormat } from '../config/gamma-config.ts';
import { Circuit, type CircuitListener } from '../delivery/circuit.ts';
import { DeliveryBatcher } from '../delivery/delivery-batcher.ts';
import { HoldingQueue } from '../delivery/holding-queue.ts';
import type { FormattingRules } from '../rendering/formatting.ts';
import type { DestinationAdapter } from './destination-adapter.ts';
import type { DestinationOptions } from './destination-options.ts';
import { DestinationTotals } from './destination-totals.ts';

const FORMATS: readonly string[] = ['JSON', 'CSV'];

/** A registered destination with its queue, circuit and totals. */
export class Destination {
	readonly id: string;
	readonly adapter: DestinationAdapter;
	readonly format: RenderFormat;
	readonly formatting: FormattingRules;
	readonly fallbackDestinationId: string | undefined;
	readonly pollsAcknowledgments: boolean;
	readonly priority: 'LOW' | 'NORMAL';
	readonly batcher: DeliveryBatcher;
	readonly holding: HoldingQueue;
	readonly circuit: Circuit;
	readonly totals = new DestinationTotals();
	/** Replaced as a whole by {@link DestinationRegistry.change}. */
	registration: DestinationRegistration;

	constructor(options: DestinationOptions, config: GammaConfig, runtime: Runtime, onCircuitChange: CircuitListener) {
		const { defaultOutputFormat: format, ackTimeoutAction } = config;
		this.registration = { format, ackTimeoutAction, ...options.registration };
		this.id = options.registration.destinationId;
		this.adapter = options.adapter;
		this.formatting = options.formatting ?? {};
		this.format = checkedFormat(this.registration, options);
		this.fallbackDestinationId = options.fallbackDestinationId;
		this.pollsAcknowledgments = options.pollsAcknowledgments ?? false;
		this.priority = options.priority ?? 'NORMAL';
		this.batcher = new DeliveryBatcher(this.adapter, runtime, {
			poolSize: checkedCount(this.id, 'poolSize', options.poolSize ?? 1, 100),
			maxBatchRecords: checkedCount(this.id, 'maxBatchRecords', options.maxBatchRecords ?? 1, config.outputBatchSize),
			timeoutMs: config.deliveryTimeoutMs,
		});
		this.holding = new HoldingQueue(config, runtime);
		this.circuit = new Circuit(this.id, config, runtime, this.holding, onCircuitChange);
	}

	/** What follows a missing acknowledgment here. */
	get ackTimeoutAction(): AckTimeoutAction {
		return this.registration.ackTimeoutAction;
	}
}

function checkedFormat(
	registration: DestinationRegistration,
	{ formatting, adapter }: DestinationOptions,
): RenderFormat {
	const key = `gamma.destinations.${registration.destinationId}`;
	const { format, ackType } = registration;
	const formats = adapter.formats ?? FORMATS;
	if (!FORMATS.includes(format) || !formats.includes(format))
		throw new ConfigError(`${key}.format`, formats.join(', '));
	if (adapter.ackTypes !== undefined && !adapter.ackTypes.includes(ackType)) {
		throw new ConfigError(`${key}.ackType`, adapter.ackTypes.join(', '));
	}
	if (format === 'CSV' && (formatting?.columns ?? []).length === 0) {
		throw new ConfigError(`${key}.formatting.columns`, 'at least one column for CSV');
	}
	return format as RenderFormat;
}

function checkedCount(id: string, key: string, value: number, max: number): number {
	if (!Number.isInteger(value) || value < 1 || value > max) {
		throw new ConfigError(`gamma.destinations.${id}.${key}`, `integer 1-${max}`);
	}
	return value;
}
