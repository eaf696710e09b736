import { describe, expect, it } from 'vitest';
import { CONTROL, type ModeMeasurement, renderReport, reportOf, resolvePlan, rowNamed, spread } from '../src/index.ts';

const noop = { run: () => {}, verify: () => {} };
const plan = resolvePlan({
	name: 'stages',
	record: '13 stages',
	base: () => noop,
	modes: { recorder: () => noop },
	recordsPerBatch: 100,
});

function measurement(addedNs: number): ModeMeasurement {
	return {
		baseHotNs: spread([5000]),
		baseCpuNs: spread([8000]),
		addedHotNs: spread([addedNs]),
		addedCpuNs: spread([2 * addedNs]),
		latency: undefined,
		baseBytes: 10,
		modeBytes: 26,
	};
}

const processes = [
	{ [CONTROL]: measurement(-20), recorder: measurement(500) },
	{ [CONTROL]: measurement(10), recorder: measurement(600) },
	{ [CONTROL]: measurement(30), recorder: measurement(400) },
];

describe('report', () => {
	it('gives medians of the processes with their ends', () => {
		expect(reportOf(plan, processes)).toMatchObject({
			bench: 'stages',
			record: '13 stages',
			processes: 3,
			pairs: 250,
			rows: [
				{ mode: CONTROL, addedHotNs: { median: 10, min: -20, max: 30 }, isAboveNoise: false },
				{
					mode: 'recorder',
					baseHotNs: 5000,
					addedHotNs: { median: 500, min: 400, max: 600 },
					addedHotPercent: 10,
					addedCpuNs: { median: 1000, min: 800, max: 1200 },
					addedCpuPercent: 12.5,
					isAboveNoise: true,
					addedBytes: 16,
				},
			],
		});
	});

	it('calls what the control also shows noise', () => {
		const small = processes.map((rows) => ({ ...rows, recorder: measurement(30) }));
		expect(reportOf(plan, small).rows.map(({ isAboveNoise }) => isAboveNoise)).toEqual([false, false]);
	});

	it('has rows by their names', () => {
		const report = reportOf(plan, processes);
		expect(rowNamed(report, 'recorder')).toBe(report.rows[1]);
		expect(() => rowNamed(report, 'none')).toThrow(RangeError);
	});

	it('prints the control in the same table', () => {
		const [title, , , , control, recorder] = renderReport(reportOf(plan, processes)).split('\n');
		expect([title, control, recorder]).toEqual([
			expect.stringContaining('one record is 13 stages; 3 processes of 250 pairs of 100 records'),
			expect.stringContaining('| A/A control | 5.00 µs | +10 ns (-20 ns … +30 ns)'),
			expect.stringContaining('| recorder    | 5.00 µs | +500 ns (+400 ns … +600 ns) | +10.0 | +1.00 µs'),
		]);
	});
});
