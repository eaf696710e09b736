import type { LatencyPercentiles } from './latency.ts';
import type { AcrossProcesses, BenchReport, BenchRow } from './report.ts';

const COLUMNS = ['mode', 'base', 'hot path', '%', 'process CPU', '%', 'p50 / p99 / p99.9', 'heap'];

function duration(ns: number): string {
	const size = Math.abs(ns);
	if (size < 1000) return `${ns.toFixed(0)} ns`;
	return size < 1e6 ? `${(ns / 1000).toFixed(2)} µs` : `${(ns / 1e6).toFixed(2)} ms`;
}

function signed(ns: number): string {
	return ns < 0 ? duration(ns) : `+${duration(ns)}`;
}

function added({ median, min, max }: AcrossProcesses): string {
	return `${signed(median)} (${signed(min)} … ${signed(max)})`;
}

function percent(value: number): string {
	return `${value < 0 ? '' : '+'}${value.toFixed(1)}`;
}

function latency(percentiles: LatencyPercentiles | undefined): string {
	if (percentiles === undefined) return '–';
	return [percentiles.p50Ns, percentiles.p99Ns, percentiles.p999Ns].map(duration).join(' / ');
}

function cells(row: BenchRow): readonly string[] {
	return [
		row.mode,
		duration(row.baseHotNs),
		added(row.addedHotNs),
		percent(row.addedHotPercent),
		added(row.addedCpuNs),
		percent(row.addedCpuPercent),
		latency(row.latency),
		`${row.addedBytes.toFixed(0)} B`,
	];
}

/**
 * The report as a Markdown table: per record, median of the processes with the least and greatest of them in brackets.
 * The control stands first; what lies within its spread is noise.
 */
export function renderReport(report: BenchReport): string {
	const rows = [COLUMNS, ...report.rows.map(cells)];
	const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
	const line = (row: readonly string[]): string =>
		`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
	const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
	const title =
		`${report.bench}: one record is ${report.record}; ${report.processes} processes of ${report.pairs} pairs of ` +
		`${report.recordsPerBatch} records, Node ${report.node}`;
	return [title, '', line(COLUMNS), rule, ...report.rows.map((row) => line(cells(row)))].join('\n');
}
