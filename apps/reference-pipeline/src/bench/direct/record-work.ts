// The record path of a benchmark: what is not the work itself is measured as telemetry.
import type { BenchSubject } from '@pipeline/bench';

/** What a record says on its way. One record at a time: nothing here waits. */
export interface RecordTelemetry {
	begin(recordId: string): void;
	enter(stage: number): void;
	/** The stage ends, with a number that says something of it. */
	exit(stage: number, value: number): void;
	/** The stage ends with an error. */
	fail(stage: number): void;
	end(hasFailed: boolean): void;
}

/** Telemetry of one row of the table. */
export interface DirectMode extends RecordTelemetry {
	/** Exports what is waiting. */
	flush(): Promise<void>;
	/** Throws unless the traces of so many records, all failed ones among them, left the process since the last call. */
	verify(records: number, failed: number): Promise<void>;
	close(): Promise<void>;
}

export const STAGE_NAMES = [
	'alpha.parser.parse',
	'alpha.validation.validate',
	'alpha.buffer.wait',
	'alpha.handoff.send',
	'beta.intake.wait',
	'beta.mapping.map',
	'beta.transform.apply',
	'beta.enrichment.enrich',
	'beta.quality.score',
	'beta.handoff.send',
	'gamma.routing.route',
	'gamma.render.render',
	'gamma.destination.deliver',
] as const;
const STAGES = STAGE_NAMES.length;
export const SOURCE = 'FILE:orders';
/** One record in so many fails, at its last stage. */
const FAILS_EVERY = 100;
/** Record ids, as regular expressions: of those that fail, and of the others. */
export const FAILED_IDS = '0190f5a2-fa11-7d3a-9b1e-\\d{12}';
export const OTHER_IDS = '0190f5a2-7c1e-7d3a-9b1e-\\d{12}';

const PAYLOAD = JSON.stringify({
	order: 'A-1000023',
	customer: 'C-55120',
	lines: Array.from({ length: 8 }, (_, line) => ({
		sku: `SKU-${1_000 + line}`,
		text: 'a part of a record, as long as parts of records are',
		count: line + 1,
		price: 19.5 + line,
	})),
});
const SEGMENT = 64;

interface Order {
	readonly lines: { count: number; price: number; total?: number }[];
}

const SILENT: RecordTelemetry = { begin() {}, enter() {}, exit() {}, fail() {}, end() {} };

/** Records of 1 KB, each parsed, summed up, checked and written again in 13 stages of plain computation. */
export function directRecords(mode?: DirectMode): BenchSubject {
	const telemetry = mode ?? SILENT;
	let sequence = 0;
	let failed = 0;
	let written = 0;

	function runOne(): void {
		const hasFailed = ++sequence % FAILS_EVERY === 0;
		telemetry.begin(`0190f5a2-${hasFailed ? 'fa11' : '7c1e'}-7d3a-9b1e-${String(sequence).padStart(12, '0')}`);
		telemetry.enter(0);
		const order = JSON.parse(PAYLOAD) as Order;
		telemetry.exit(0, order.lines.length);
		telemetry.enter(1);
		telemetry.exit(1, total(order));
		for (let stage = 2; stage < STAGES - 1; stage++) {
			telemetry.enter(stage);
			telemetry.exit(stage, checksum((stage * SEGMENT) % (PAYLOAD.length - SEGMENT)));
		}
		telemetry.enter(STAGES - 1);
		written += JSON.stringify(order).length;
		if (hasFailed) telemetry.fail(STAGES - 1);
		else telemetry.exit(STAGES - 1, PAYLOAD.length);
		telemetry.end(hasFailed);
		if (hasFailed) failed++;
	}

	return {
		run(records) {
			for (let record = 0; record < records; record++) runOne();
		},
		runOne,
		flush: () => mode?.flush(),
		async verify(records) {
			if (written < records * PAYLOAD.length)
				throw new Error(`${written} characters of ${records} records were written`);
			const failures = failed;
			written = 0;
			failed = 0;
			await mode?.verify(records, failures);
		},
		close: () => mode?.close(),
	};
}

function total({ lines }: Order): number {
	let sum = 0;
	for (const line of lines) {
		line.total = line.count * line.price;
		sum += line.total;
	}
	return sum | 0;
}

function checksum(from: number): number {
	let sum = 0;
	for (let at = from; at < from + SEGMENT; at++) sum = (Math.imul(sum, 31) + PAYLOAD.charCodeAt(at)) | 0;
	return sum;
}
