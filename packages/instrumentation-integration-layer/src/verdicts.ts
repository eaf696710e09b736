import { nowMs, type TraceVerdicts, telemetry } from '@pipeline/telemetry-core';
import { type Callable, guarded, type Operation, type Patch, read } from '@pipeline/telemetry-core/instrumentation';
import type { IntegrationBinding, UpstreamMessage } from './binding.ts';
import { metrics } from './metrics.ts';
import { readVerdicts } from './read-verdicts.ts';
import { ReleasedBatches, sourceOf } from './released-batches.ts';
import { SaidVerdicts } from './said-verdicts.ts';

const SAY_AFTER_MS = 1_000;
const MAX_KEEPS = 1_024;

/** A receiving end, which can say something without being asked. */
interface Speaker {
	readonly edge: string;
	readonly sender: WeakRef<object>;
	hasSpoken: boolean;
}

/**
 * Takes decisions about traces upstream, each twice: on the messages that go there anyway, and in one of their own where there was none for
 * 1 s. What arrives from downstream is applied; the recorder relays it.
 */
export class VerdictCourier {
	readonly #binding: IntegrationBinding;
	readonly #batches = new ReleasedBatches();
	readonly #said = new SaidVerdicts(nowMs);
	readonly #speakers = new Map<string, Speaker>();
	#timer: NodeJS.Timeout | undefined;

	constructor(binding: IntegrationBinding) {
		this.#binding = binding;
	}

	/** A batch leaves over an edge. */
	sent(edge: string, batchId: string): void {
		this.#batches.sent(edge, batchId);
	}

	/** A batch will not arrive: what became of its records is known on this side. */
	givenUp(edge: string, batchId: string): void {
		this.#batches.ended(edge, batchId);
	}

	/** Whoever acknowledges can say verdicts, too. */
	meet(edge: string | undefined, sender: unknown): void {
		if (edge === undefined || typeof sender !== 'object' || sender === null) return;
		const known = this.#speakers.get(edge);
		if (known?.sender.deref() !== sender)
			this.#speakers.set(edge, { edge, sender: new WeakRef(sender), hasSpoken: true });
		this.#timer ??= setInterval(() => this.#sayWhatWaits(), SAY_AFTER_MS).unref();
	}

	/** The message as it leaves: with what there is to say upstream. */
	load(message: unknown): unknown {
		const upstream = this.#upstream(message);
		if (upstream === undefined || upstream.verdicts !== undefined) return message;
		const { edge, batchId, isProcessed } = upstream;
		if (isProcessed) this.#batches.processed(edge, batchId);
		const speaker = this.#speakers.get(edge);
		if (speaker !== undefined) speaker.hasSpoken = true;
		const verdicts = this.#take(edge);
		return verdicts === undefined ? message : (this.#binding.verdicts?.put?.(message as never, verdicts) ?? message);
	}

	/** A message has arrived: takes off what it carries. */
	unload(message: unknown): void {
		const upstream = this.#upstream(message);
		if (upstream?.verdicts === undefined) return;
		this.#binding.verdicts?.takeOff?.(message as never);
		const { verdicts, refused } = readVerdicts(upstream.verdicts);
		if (refused > 0) metrics.itemsDropped.of('TRACES', 'INVALID').add(refused);
		for (const batchId of verdicts.released) this.#batches.ended(upstream.edge, batchId);
		telemetry.tracer.applyVerdicts(verdicts);
	}

	/** Says at once what there is to say: a layer has stopped, and nothing will carry it. */
	sayAll(): void {
		for (const speaker of this.#speakers.values()) this.#say(speaker);
	}

	#sayWhatWaits(): void {
		for (const speaker of this.#speakers.values()) {
			if (!speaker.hasSpoken) this.#say(speaker);
			speaker.hasSpoken = false;
		}
		if (this.#speakers.size > 0) return;
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	#say({ edge, sender }: Speaker): void {
		const end = sender.deref();
		if (end === undefined) {
			this.#speakers.delete(edge);
			return;
		}
		guarded('verdicts', () => {
			const verdicts = this.#take(edge);
			if (verdicts === undefined) return;
			const saying: unknown = this.#binding.verdicts?.say?.(end as never, verdicts);
			if (saying instanceof Promise) saying.catch(() => undefined);
		});
	}

	#take(edge: string): TraceVerdicts | undefined {
		const fresh = telemetry.tracer.takeVerdicts(sourceOf(edge))?.keep ?? [];
		const keep = [...fresh, ...this.#said.take(MAX_KEEPS - fresh.length)];
		this.#said.add(fresh);
		// A batch is released after the last word about its records.
		const released = fresh.length < MAX_KEEPS ? this.#batches.take(edge) : [];
		return keep.length + released.length === 0 ? undefined : { keep, released };
	}

	#upstream(message: unknown): UpstreamMessage | undefined {
		return read(this.#binding.verdicts?.upstream, message);
	}
}

/** A message arrives: what it carries for telemetry is taken off before the module sees it. */
export function decode(binding: IntegrationBinding, courier: VerdictCourier): Patch {
	return {
		target: binding.decode,
		sees: 'verdicts from downstream: failed and slow records keep only the part of their trace that follows the failure',
		wrap: (original: Callable, operation: Operation) =>
			function decoded(this: unknown): unknown {
				const message: unknown = Reflect.apply(original, this, arguments);
				if (operation.isEnabled) guarded(operation.name, () => courier.unload(message));
				return message;
			},
	};
}
