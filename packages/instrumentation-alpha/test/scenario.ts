import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as alpha from '@pipeline/alpha';
import {
	type AcknowledgmentPayload,
	type AlphaBetaBatch,
	type BatchSender,
	type Runtime,
	systemRuntime,
} from '@pipeline/model';
import { createTelemetryHarness, type TelemetryHarness } from '@pipeline/telemetry-testing';
import { AlphaInstrumentation } from '../src/index.ts';

type Answer = 'RECEIVED' | 'REJECTED' | Error;

/** Answers each batch as told; `end` says later how one ended. */
export class TestSender implements BatchSender<AlphaBetaBatch> {
	readonly batches: AlphaBetaBatch[] = [];
	readonly #answer: (batch: AlphaBetaBatch) => Answer | Promise<Answer>;
	#listener: (acknowledgment: AcknowledgmentPayload) => void = () => undefined;

	constructor(answer: (batch: AlphaBetaBatch) => Answer | Promise<Answer> = () => 'RECEIVED') {
		this.#answer = answer;
	}

	async send(batch: AlphaBetaBatch): Promise<AcknowledgmentPayload> {
		this.batches.push(batch);
		const answer = await this.#answer(batch);
		if (answer instanceof Error) throw answer;
		return acknowledgmentOf(batch.batchId, answer);
	}

	onProcessed(listener: (acknowledgment: AcknowledgmentPayload) => void): void {
		this.#listener = listener;
	}

	end(batchId: string, status: 'PROCESSED' | 'REJECTED'): void {
		this.#listener(acknowledgmentOf(batchId, status));
	}
}

function acknowledgmentOf(batchId: string, status: AcknowledgmentPayload['status']): AcknowledgmentPayload {
	return { batchId, status, recordsAccepted: 0, recordsRejected: 0, processingDurationMs: 0 };
}

export interface Setup extends Partial<Omit<alpha.AlphaModuleOptions, 'runtime'>> {
	/** @default input.ndjson */
	readonly fileName?: string;
	readonly clock?: Partial<Pick<Runtime, 'now' | 'elapsedMs'>>;
}

/** The reference module on a file of these lines. */
export function moduleOf(
	lines: readonly string[],
	{ clock, fileName = 'input.ndjson', ...more }: Setup = {},
): alpha.AlphaModule {
	const file = join(mkdtempSync(join(tmpdir(), 'alpha-')), fileName);
	writeFileSync(file, lines.join('\n'));
	const runtime = { ...systemRuntime(), ...clock };
	const source = new alpha.FileSource({ name: 'test', inputs: [file], runtime, maxRecordSizeBytes: 1_024 });
	return new alpha.AlphaModule({ source, rules: [], sender: new TestSender(), runtime, ...more });
}

/** The reference module, followed, with everything that it would have exported in memory. */
export function followAlpha(detail: 'minimal' | 'standard' | 'full' = 'full') {
	const harness = createTelemetryHarness({ detail });
	const instrumentation = new AlphaInstrumentation();
	instrumentation.instrument(alpha);
	const exported = async () => ({
		spans: harness.spans(),
		events: harness.events(),
		metrics: await harness.metrics(),
	});
	const stop = async () => {
		instrumentation.disable();
		await harness.shutdown();
	};
	return { harness: harness as TelemetryHarness, instrumentation, exported, stop };
}

/** The reference module on one file. */
export function fileModule(
	name: string,
	content: string | Uint8Array,
	config: Partial<alpha.AlphaConfig> = {},
): alpha.AlphaModule {
	const file = join(mkdtempSync(join(tmpdir(), 'alpha-')), name);
	writeFileSync(file, content);
	const runtime = systemRuntime();
	const source = new alpha.FileSource({ name: 'test', inputs: [file], runtime, maxRecordSizeBytes: 1_024 });
	return new alpha.AlphaModule({ source, rules: [], sender: new TestSender(), runtime, config });
}

/** A source without records whose connection fails with this code: always, or the first times. */
export function failingSource(code: string, times = Number.POSITIVE_INFINITY): alpha.AlphaModuleOptions['source'] {
	let left = times;
	return {
		sourceId: 'POOL:test',
		sourceType: 'POOL',
		isConnected: false,
		async connect() {
			if (left-- > 0) throw Object.assign(new Error('s3cret in the message'), { code });
		},
		async disconnect() {},
		async fetch() {
			return [];
		},
		async acknowledge() {},
		getMetrics: () => ({}),
		healthCheck: async () => ({ componentName: 'x', status: 'HEALTHY', message: '', lastCheck: '' }),
	} as unknown as alpha.AlphaModuleOptions['source'];
}
