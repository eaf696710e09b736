import { randomUUID } from 'node:crypto';
import { type EventSink, isSwitchedOn, type Metrics, SWITCHES, switchModule } from '@pipeline/telemetry-core';
import { BASES, TABLE_SIZE } from '@pipeline/telemetry-core/registry';
import { event, metric } from '@pipeline/telemetry-core/telemetry';
import { ShareAdmission } from './admission.ts';
import { type FlagSource, MASTER_FLAG, moduleFlag, PERCENTAGE_FLAG } from './flag-source.ts';

const MODULES = ['alpha', 'beta', 'gamma', 'epsilon', 'phi', 'integration'] as const;
const CHANGED = event['pipeline.telemetry.provider.audit.config_changed'];
const ENABLED = metric['pipeline.telemetry.provider.gauge.enabled'];
/** For sources that do not tell when they change. */
const POLL_EVERY_MS = 30_000;
const FIRST_READ_MS = 1_000;

export interface InstrumentationFlagsOptions {
	readonly source: FlagSource;
	readonly metrics: Metrics;
	/** Modules that flags may switch on (`alpha`, `integration` or `integration-layer`); the others stay off. @default all */
	readonly modules?: readonly string[] | undefined;
	/** Takes the audit event of each change. */
	readonly events: EventSink;
	/** Nothing is followed any more: what is open will not end. */
	readonly onAllOff: () => void;
	/** Told of faults of the source; what it said last stays. */
	readonly onFailure: (error: unknown) => void;
	/** @default 30000 */
	readonly pollEveryMs?: number;
}

type Value = boolean | number;

/**
 * Switches instrumentation while the process runs, as flags say: all of it, single modules, and the share of records that is followed. What
 * runs per call reads a byte; flags are read when they change.
 */
export class InstrumentationFlags {
	readonly admission = new ShareAdmission();
	readonly #options: InstrumentationFlagsOptions;
	readonly #values = new Map<string, Value>([
		[MASTER_FLAG, true],
		...MODULES.map((module) => [moduleFlag(module), true] as const),
		[PERCENTAGE_FLAG, 100],
	]);
	#round = 0;
	#stops: (() => void)[] = [];

	constructor(options: InstrumentationFlagsOptions) {
		this.#options = options;
	}

	/** Reads the flags and follows them. Waits for the first values, but not for long. */
	async start(): Promise<void> {
		const { source, metrics, onFailure, pollEveryMs = POLL_EVERY_MS } = this.#options;
		const refresh = () => void this.refresh();
		const poll = setInterval(refresh, pollEveryMs).unref();
		this.#stops.push(
			() => clearInterval(poll),
			metrics.observe(ENABLED, (observe) => {
				for (const module of MODULES)
					observe(isSwitchedOn(BASES[module]) ? 1 : 0, { 'pipeline.origin_module': module.toUpperCase() });
			}),
		);
		try {
			this.#stops.push(source.onChange(refresh));
		} catch (error) {
			onFailure(error);
		}
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<void>((resolve) => {
			timer = setTimeout(resolve, FIRST_READ_MS);
		});
		await Promise.race([this.refresh(), late]);
		clearTimeout(timer);
	}

	/** Reads all flags now. Values that were asked for earlier and come later are not taken. */
	async refresh(): Promise<void> {
		const round = ++this.#round;
		const { source, onFailure } = this.#options;
		try {
			const read = [...this.#values].map(async ([key, current]) => [key, await source.read(key, current)] as const);
			const values = await Promise.all(read);
			if (round === this.#round) this.#take(values);
		} catch (error) {
			onFailure(error);
		}
	}

	/** Switches everything on again and stops following the flags. */
	close(): void {
		this.#round++;
		for (const stop of this.#stops.splice(0)) {
			try {
				stop();
			} catch (error) {
				this.#options.onFailure(error);
			}
		}
		for (let base = 0; base < SWITCHES; base++) switchModule(base, true);
	}

	#take(values: readonly (readonly [string, Value])[]): void {
		const wasOn = this.#values.get(MASTER_FLAG);
		for (const [key, value] of values) {
			const previous = this.#values.get(key);
			if (previous === value || typeof previous !== typeof value || Number.isNaN(value)) continue;
			this.#values.set(key, value);
			this.#tell(key, previous, value);
		}
		this.#apply();
		if (wasOn === true && this.#values.get(MASTER_FLAG) === false) this.#options.onAllOff();
	}

	#apply(): void {
		const isOn = this.#values.get(MASTER_FLAG) === true;
		for (let base = 0; base < SWITCHES; base++) if (base !== BASES.telemetry) switchModule(base, isOn);
		const { modules = MODULES } = this.#options;
		for (const module of MODULES)
			switchModule(
				BASES[module],
				isOn &&
					modules.some((name) => name === module || name.startsWith(`${module}-`)) &&
					this.#values.get(moduleFlag(module)) === true,
			);
		this.admission.share = Number(this.#values.get(PERCENTAGE_FLAG)) / 100;
	}

	#tell(key: string, previous: Value | undefined, value: Value): void {
		this.#options.events.emit(CHANGED, {
			correlationId: randomUUID(),
			dimensions: {
				'audit.resource_id': key,
				'pipeline.key': key,
				'pipeline.previous': String(previous),
				'pipeline.new': String(value),
				'pipeline.author': 'feature flag',
			},
		});
	}
}

/** Lets events pass of modules that are switched on. */
export function switchedEvents(events: EventSink): EventSink {
	return {
		emit(definition, detail) {
			if (isSwitchedOn(Math.floor(definition / TABLE_SIZE))) events.emit(definition, detail);
		},
	};
}
