import { allocatedBytes } from '@pipeline/bench';
import { metric as alpha } from '@pipeline/telemetry-core/alpha';
import { metric as integration } from '@pipeline/telemetry-core/integration';
import { describe, expect, it } from 'vitest';
import { BoundMetrics } from '../../src/metrics/index.ts';

const UPDATES = 100_000;

describe('a measurement', () => {
	const metrics = new BoundMetrics();
	const counter = metrics.bind(alpha['pipeline.alpha.connection.counter.idle_closed_total'], {});
	const upDown = metrics.bind(alpha['pipeline.alpha.adapter.updowncounter.records_in_progress'], {});
	const histogram = metrics.bind(alpha['pipeline.alpha.parser.histogram.parse_duration_seconds'], {});
	const gauge = metrics.bind(integration['pipeline.integration.backpressure.gauge.recommended_delay_seconds'], {});
	const durations = Float64Array.from({ length: 64 }, (_, at) => 10 ** (at / 12 - 5));

	it('allocates nothing', async () => {
		const measure = () => {
			for (let at = 0; at < UPDATES; at++) {
				counter.add(1);
				upDown.add(-1);
				gauge.record(at);
				histogram.record(durations[at % 64]!);
			}
		};
		// The code that is compiled, and the interpreter before it, do allocate.
		for (let round = 0; round < 20; round++) measure();
		const rounds: number[] = [];
		for (let round = 0; round < 5; round++) rounds.push((await allocatedBytes(measure)) / UPDATES);
		expect(Math.min(...rounds)).toBeLessThan(1);
	});
});
