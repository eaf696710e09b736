import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, atMost, type Goal } from '@pipeline/bench';
import { ENTRY_STAGE, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/alpha';
import { type EncodedSpans, TelemetryProvider, traceRequestJson } from '@pipeline/telemetry-sdk';
import { type HeldMemory, heldMemory } from './held-memory.ts';

export interface SiegeResult {
	readonly bench: 'siege';
	readonly records: number;
	readonly failed: number;
	/** Traces of failing records that arrived with every span. */
	readonly wholeTraces: number;
	/** Resident memory of all threads while the records wait, and when the failing ones have been sent; garbage was collected before each look. */
	readonly memoryAddedMb: number;
	/** Heaps of all threads, likewise. */
	readonly heapAddedMb: number;
	/** Resident memory at its most, with all garbage and what the bench itself decodes. */
	readonly peakAddedMb: number;
	readonly diskMb: number;
	/** Until the last span of the failing records was there. */
	readonly recoverySeconds: number;
	readonly recordsPerSecond: number;
	readonly goals: readonly Goal[];
}

const STAGES = 14;
const BATCH = 500;
const KEEPS = 1_024;
const MB = 1_048_576;
const KB_OF_MB = 1_024;
const RECOVER_WITHIN_MS = 120_000;

/**
 * Records leave this module and wait behind a destination that stalls; then one in a hundred fails, and its trace has to be whole though
 * memory has long let go of it.
 */
export async function siege(records: number, onProgress: (done: number) => void): Promise<SiegeResult> {
	const folder = mkdtempSync(join(tmpdir(), 'siege-'));
	const spansOf = new Map<string, number>();
	const sink = { send: (request: EncodedSpans) => countSpans(request, spansOf) };
	const provider = new TelemetryProvider({
		profile: 'prod',
		ratio: 0,
		audit: { path: folder },
		spanSinks: [sink],
	});
	if (!(await provider.start())) throw new Error('telemetry could not be switched on');
	try {
		// What every process needs before its first record is not the siege's.
		leave(0, 10_000, () => {});
		await provider.forceFlush();
		const before = await heldMemory();
		const failed: string[] = [];
		const startedMs = performance.now();
		for (let from = 0; from < records; from += BATCH) {
			leave(from, Math.min(records, from + BATCH), (number, traceId) => {
				if (number % 100 === 0) failed.push(traceId);
			});
			// The module waits for its input now and then: telemetry has its turn, as in any process.
			await sleep(0);
			if (from % 50_000 === 0) onProgress(from);
		}
		const tookMs = performance.now() - startedMs;
		if (!(await provider.forceFlush(60_000))) throw new Error('the spool did not take everything within a minute');
		const during = await heldMemory();
		const failedAtMs = performance.now();
		for (let from = 0; from < failed.length; from += KEEPS) {
			const keep = failed.slice(from, from + KEEPS).map((traceId) => ({ traceId, reason: 'ERROR' as const }));
			telemetry.tracer.applyVerdicts({ keep, released: [] });
			await sleep(10);
		}
		const isWhole = (traceId: string) => spansOf.get(traceId) === STAGES + 1;
		while (!failed.every(isWhole) && performance.now() - failedAtMs < RECOVER_WITHIN_MS) {
			await sleep(20);
			await provider.forceFlush();
		}
		const wholeTraces = failed.filter(isWhole).length;
		const after = await heldMemory();
		const memoryAddedMb = (Math.max(during.rss, after.rss) - before.rss) / MB;
		return {
			bench: 'siege',
			records,
			failed: failed.length,
			wholeTraces,
			memoryAddedMb,
			heapAddedMb: (Math.max(heapOf(during), heapOf(after)) - heapOf(before)) / MB,
			peakAddedMb: process.resourceUsage().maxRSS / KB_OF_MB - before.rss / MB,
			diskMb: (provider.audit?.diskBytes ?? 0) / MB,
			recoverySeconds: (performance.now() - failedAtMs) / 1_000,
			recordsPerSecond: records / (tookMs / 1_000),
			goals: [
				atLeast('P14a', 'share of the failing records with their whole trace', wholeTraces / failed.length, 1, 1),
				atMost('P14b', 'MB of memory added', memoryAddedMb, 128, 64),
			],
		};
	} finally {
		await provider.shutdown();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Records as a module sees them: 14 stages with three numbers, an id, and away. */
function leave(from: number, to: number, onLeft: (number: number, traceId: string) => void): void {
	const { tracer } = telemetry;
	for (let number = from; number < to; number++) {
		const journal = tracer.begin(span['alpha.record.ingest'], {});
		tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.record_id'], `record-${number}`);
		for (let stage = 0; stage < STAGES; stage++) {
			const position = tracer.lap(journal, span['alpha.parser.parse'], ENTRY_STAGE, StageStatus.UNSET);
			tracer.setNumber(journal, position, attribute['pipeline.size_bytes'], number);
		}
		onLeft(number, tracer.inject(journal, ENTRY_STAGE, {}).traceId ?? '');
		tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
		tracer.park(journal, `batch-${Math.floor(number / BATCH)}`);
	}
}

interface TraceJson {
	readonly resourceSpans: readonly {
		readonly scopeSpans: readonly { readonly spans: readonly { readonly traceId: string }[] }[];
	}[];
}

function countSpans({ bytes }: EncodedSpans, spansOf: Map<string, number>): void {
	for (const { scopeSpans } of (traceRequestJson(bytes) as TraceJson).resourceSpans)
		for (const { spans } of scopeSpans)
			for (const { traceId } of spans) spansOf.set(traceId, (spansOf.get(traceId) ?? 0) + 1);
}

const heapOf = ({ heap, threadHeap }: HeldMemory): number => heap + threadHeap;
