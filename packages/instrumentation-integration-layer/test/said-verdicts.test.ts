import type { TraceVerdicts } from '@pipeline/telemetry-core';
import { describe, expect, it } from 'vitest';
import { SaidVerdicts } from '../src/said-verdicts.ts';

type Keep = TraceVerdicts['keep'][number];
const keepsOf = (count: number): Keep[] =>
	Array.from({ length: count }, (_, n) => ({ traceId: n.toString(16).padStart(32, 'f'), reason: 'SLOW' }));

describe('SaidVerdicts', () => {
	it('says each once more, after 5 s, at most so many at a time', () => {
		const clock = { ms: 0 };
		const said = new SaidVerdicts(() => clock.ms);
		const keeps = keepsOf(10);
		said.add(keeps.slice(0, 6));
		clock.ms = 1;
		said.add(keeps.slice(6));
		clock.ms = 4_999;
		expect(said.take(100)).toEqual([]);
		clock.ms = 5_000;
		expect([said.take(4), said.take(4), said.take(4)]).toEqual([keeps.slice(0, 4), keeps.slice(4, 6), []]);
		clock.ms = 5_001;
		expect([said.take(100), said.take(100)]).toEqual([keeps.slice(6), []]);
	});

	it('remembers 65,536, the older ones', () => {
		const clock = { ms: 0 };
		const said = new SaidVerdicts(() => clock.ms);
		said.add(keepsOf(65_530));
		clock.ms = 1;
		said.add(keepsOf(7));
		clock.ms = 10_000;
		expect(said.take(100_000)).toHaveLength(65_536);
		said.add(keepsOf(1));
		clock.ms = 20_000;
		expect(said.take(100_000)).toHaveLength(1);
	});
});
