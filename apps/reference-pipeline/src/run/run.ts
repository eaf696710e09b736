import { mkdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { referenceDatasets } from '../data/datasets.ts';
import type { StageReport } from '../parts/stage.ts';
import { readAudit } from '../telemetry/audit-facts.ts';
import { auditPath } from '../telemetry/telemetry.ts';
import { Outcomes } from './outcomes.ts';
import { createProgress } from './progress.ts';
import type { RunOptions } from './run-options.ts';
import { runProcesses } from './run-processes.ts';
import { runSingle } from './run-single.ts';
import { haltText, type Summary, summarize } from './summary.ts';

/** Runs the pipeline to the end of its input, or until it is interrupted or halts: what was read is always finished. */
export async function run(
	options: RunOptions,
	{ isQuiet, interrupted }: { readonly isQuiet: boolean; readonly interrupted: AbortSignal },
): Promise<Summary> {
	mkdirSync(options.out, { recursive: true });
	const startedMs = performance.now();
	const outcomes = new Outcomes();
	const progress = createProgress(expectedRecords(options), isQuiet);
	let ingested = 0;
	let terminal = 0;
	let haltedAt: number | undefined;
	const halted = new AbortController();
	const slowed: string[] = [];
	const replayed = new Set<string>();
	const report: StageReport = {
		replayed(subject) {
			replayed.add(subject);
			ingested = replayed.size;
			progress.update(ingested, Math.round(terminal));
		},
		notReplayed: (entryId, reason) => process.stderr.write(`${entryId} is not replayed: ${reason}\n`),
		ingested(count) {
			ingested += count;
			progress.update(ingested, Math.round(terminal));
		},
		terminal(point) {
			// An entry is about one target schema, whatever its record is mapped to.
			const count = options.replays === undefined ? point.targetSchemaCount : 1;
			terminal += 1 / Math.max(1, count);
			outcomes.add({ ...point, targetSchemaCount: count });
			progress.update(ingested, Math.round(terminal));
		},
		slowed: (recordIds) => slowed.push(...recordIds),
		halted(errorRate) {
			// Once: what was read before may fail as well.
			if (haltedAt !== undefined) return;
			haltedAt = errorRate;
			halted.abort();
			process.stderr.write(`${haltText(errorRate)}: no more is read, and what was read is finished\n`);
		},
	};
	try {
		const facts = await (options.processes === 3 ? runProcesses : runSingle)(
			options,
			report,
			AbortSignal.any([interrupted, halted.signal]),
		);
		const durationMs = performance.now() - startedMs;
		const audit = await readAudit(auditPath(options.out));
		const { failed } = outcomes;
		const records = outcomes.counts(ingested);
		const examples = { failed: failed[0], delivered: outcomes.delivered };
		const ended = { durationMs, interrupted: interrupted.aborted, haltedAt };
		return summarize({ records, examples, failed, slowed, ...ended }, facts, audit);
	} finally {
		progress.stop();
	}
}

function expectedRecords({ inputs, records }: RunOptions): number | undefined {
	if (inputs !== undefined) return records;
	return referenceDatasets(records).reduce((sum, { limit = 0 }) => sum + limit, 0);
}
