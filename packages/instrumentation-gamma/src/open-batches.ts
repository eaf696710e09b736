import { context } from '@opentelemetry/api';
import type { TraceFields } from '@pipeline/telemetry-core';
import { span } from '@pipeline/telemetry-core/gamma';
import { BoundedMap, startWork, type WorkSpan } from '@pipeline/telemetry-core/instrumentation';

const MAX_BATCHES = 4096;

/** A batch whose records have not all ended. */
export class OpenBatch {
	readonly batchId: string;
	readonly correlationId: string | undefined;
	readonly profile: string | undefined;
	readonly work: WorkSpan;
	/** Where its span stands; read once, its records all point to it. */
	readonly position: Readonly<TraceFields>;
	/** Retries of its deliveries. */
	retried = 0;

	constructor(batchId: string, correlationId: string | undefined, profile: string | undefined) {
		this.batchId = batchId;
		this.correlationId = correlationId;
		this.profile = profile;
		this.work = startWork(span['gamma.batch.deliver'], undefined, context.active());
		this.position = this.work.position();
	}
}

/** The batches under way, by id; at most 4,096, the oldest make room. */
export class OpenBatches {
	/** The batch that is being taken in at this moment. */
	current: OpenBatch | undefined;
	readonly #batches = new BoundedMap<string, OpenBatch>(MAX_BATCHES);

	open(batchId: string, correlationId: string | undefined, profile: string | undefined): OpenBatch {
		const batch = new OpenBatch(batchId, correlationId, profile);
		this.#batches.set(batchId, batch);
		return batch;
	}

	of(batchId: string | undefined): OpenBatch | undefined {
		return batchId === undefined ? undefined : this.#batches.get(batchId);
	}

	/** The one that came last. */
	get latest(): OpenBatch | undefined {
		return [...this.#batches.values()].at(-1);
	}

	/** Ends its span. */
	close(batch: OpenBatch): void {
		if (this.#batches.get(batch.batchId) === batch) this.#batches.delete(batch.batchId);
		batch.work.span.end();
	}
}
