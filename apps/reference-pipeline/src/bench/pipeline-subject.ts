import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlphaModule, FileSource } from '@pipeline/alpha';
import type { BenchSubject } from '@pipeline/bench';
import { IntegrationLayer, MemoryTransport } from '@pipeline/integration-layer';
import { type RawRecord, type SourceAdapter, systemRuntime } from '@pipeline/model';
import { telemetry } from '@pipeline/telemetry-core';
import { referenceDatasets } from '../data/datasets.ts';
import { betaStage } from '../parts/beta-stage.ts';
import { gammaStage } from '../parts/gamma-stage.ts';
import { runtimeOf } from '../parts/runtime-of.ts';
import type { Terminal } from '../run/outcomes.ts';
import type { RunOptions } from '../run/run-options.ts';
import { logAlpha } from '../telemetry/module-lines.ts';
import type { OverheadMode } from './overhead-mode.ts';

const MAX_RECORD_SIZE_BYTES = 10_485_760;
const TEMPLATES = 1_000;
/** Flights are transformed into two schemas. */
const COMPLETIONS = 2;

/** Flights from memory through all modules into files, with a mode of telemetry or without any. */
export async function pipelineSubject(mode?: OverheadMode): Promise<BenchSubject> {
	const out = mkdtempSync(join(tmpdir(), 'pipeline-overhead-'));
	const options: RunOptions = { profile: 'off', transport: 'memory', processes: 1, faults: [], out, seed: 'overhead' };
	// Seeded: the end of a batch ends the batches downstream as well, where the real clock would wait for more records.
	const runtime = runtimeOf(options, 'alpha');
	const terminals: Terminal[] = [];
	let latenciesMs: number[] = [];
	let begunMs = 0;
	const report = {
		terminal(terminal: Terminal) {
			terminals.push(terminal);
			latenciesMs.push(performance.now() - begunMs);
		},
		ingested() {},
		logs: mode?.logs,
	};
	const [alphaOut, betaIn] = MemoryTransport.pair();
	const [betaOut, gammaIn] = MemoryTransport.pair();
	const gamma = await gammaStage(options, gammaIn, report);
	const beta = await betaStage(options, betaIn, betaOut, report);
	const layer = new IntegrationLayer({ runtime });
	const { sender } = layer.sending('ALPHA_BETA', alphaOut);
	await gamma.start();
	await beta.start();
	layer.start();
	const { templates, rules } = await flights();
	let ranWithout = 0;

	async function work(records: number): Promise<void> {
		const source = new MemorySource(templates, records);
		const config = { maxRecordSizeBytes: MAX_RECORD_SIZE_BYTES };
		const errorQueueFile = join(out, 'queues', 'alpha.ndjson');
		const alpha = new AlphaModule({ source, rules, sender, runtime, errorQueueFile, config });
		if (mode?.logs !== undefined) logAlpha(alpha.events, mode.logs);
		await alpha.start();
		await alpha.finished();
		await alpha.stop();
		while (layer.unprocessed > 0) await runtime.sleep(1);
		await beta.drained();
		await gamma.drained();
	}

	return {
		async run(records) {
			mode?.start();
			begunMs = performance.now();
			await work(records);
			if (telemetry.source === 'none') ranWithout += records;
			mode?.stop();
		},
		flush: () => mode?.flush(),
		async verify(records) {
			const delivered = terminals.splice(0).filter(({ outcome }) => outcome === 'DELIVERED').length;
			if (delivered !== records * COMPLETIONS)
				throw new Error(`${delivered} of ${records * COMPLETIONS} target records were delivered`);
			const expected = mode === undefined ? records : 0;
			if (ranWithout !== expected) throw new Error(`${ranWithout} of ${expected} records ran without telemetry`);
			ranWithout = 0;
			await mode?.verify(records);
		},
		takeLatenciesMs() {
			const taken = latenciesMs;
			latenciesMs = [];
			return taken;
		},
		async close() {
			await beta.stop();
			await gamma.stop();
			await layer.stop();
			for (const transport of [alphaOut, betaIn, betaOut, gammaIn]) await transport.close();
			await mode?.close();
			rmSync(out, { recursive: true, force: true });
		},
	};
}

async function flights() {
	const dataset = referenceDatasets().find(({ name }) => name === 'flights');
	if (dataset === undefined) throw new Error('no flights among the reference data');
	const { name, inputs, rules } = dataset;
	const runtime = systemRuntime();
	const file = new FileSource({ name, inputs, runtime, maxRecordSizeBytes: MAX_RECORD_SIZE_BYTES, limit: TEMPLATES });
	await file.connect();
	const templates = await file.fetch(TEMPLATES);
	await file.disconnect();
	return { templates, rules };
}

/**
 * Gives copies of the templates, over and over: nobody may write on the templates themselves. They come in now: with the time at which the
 * templates were read all of them would be slow, and kept, as soon as the bench has run for some seconds.
 */
class MemorySource implements SourceAdapter {
	readonly sourceId = 'FILE:flights';
	readonly sourceType = 'FILE';
	readonly #templates: readonly RawRecord[];
	#left: number;

	constructor(templates: readonly RawRecord[], records: number) {
		this.#templates = templates;
		this.#left = records;
	}

	async connect(): Promise<void> {}

	async disconnect(): Promise<void> {}

	async fetch(batchSize: number): Promise<RawRecord[]> {
		const ingestionTimestamp = systemRuntime().timestamp();
		const count = Math.min(batchSize, this.#left);
		const from = this.#left;
		this.#left -= count;
		return Array.from({ length: count }, (_, at) => ({
			...(this.#templates[(from + at) % this.#templates.length] as RawRecord),
			sequenceNumber: at,
			ingestionTimestamp,
		}));
	}

	async acknowledge(): Promise<void> {}

	getMetrics(): Readonly<Record<string, number>> {
		return { left: this.#left };
	}

	async healthCheck() {
		return {
			componentName: 'source_connectivity',
			status: 'HEALTHY',
			message: 'in memory',
			lastCheck: systemRuntime().timestamp(),
		} as const;
	}
}
