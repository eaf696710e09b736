import { describe, expect, it } from 'vitest';
import { Outages, shownEndpoint } from '../../src/self-metrics/outages.ts';

const SUBJECT = { failing: 'traces are not exported to x', working: 'traces are exported again', meanwhile: 'lost' };
const MINUTE = 60_000;

function observed() {
	const lines: string[] = [];
	const clock = { nowMs: 1_000 };
	const outages = new Outages({ say: (line) => lines.push(line), now: () => clock.nowMs });
	return { outage: outages.add(SUBJECT), outages, lines, clock };
}

describe('an outage', () => {
	it('is said once, again after five minutes, and when it is over', () => {
		const { outage, outages, lines, clock } = observed();
		outage.worked();
		outage.lost(5);
		outages.remind();
		expect(lines).toEqual([]);
		const error = Object.assign(new Error('connect\n refused'), { code: 'ECONNREFUSED' });
		for (let time = 0; time < 10; time++) {
			outage.failed(error);
			outage.lost(2);
			outages.remind();
		}
		clock.nowMs += 5 * MINUTE - 1;
		outages.remind();
		expect(lines).toEqual(['traces are not exported to x: ECONNREFUSED connect refused; lost']);
		clock.nowMs += 1;
		outage.failed('wrong certificate');
		outages.remind();
		outages.remind();
		clock.nowMs += MINUTE;
		outage.worked();
		outage.worked();
		outage.failed({});
		clock.nowMs += MINUTE;
		outage.worked();
		expect(lines.slice(1)).toEqual([
			'traces are not exported to x, for 300 s now: wrong certificate; 20 were lost',
			'traces are exported again, after 360 s; 20 were lost',
			'traces are not exported to x: no reason given; lost',
			'traces are exported again, after 60 s; nothing was lost',
		]);
	});

	it('leaves nothing of its reason that a terminal would obey', () => {
		const { outage, lines } = observed();
		outage.failed(new Error('re\u001b[2Jfused\u009b31m\u202e by \u0007it'));
		expect(lines).toEqual(['traces are not exported to x: re [2Jfused 31m by it; lost']);
		outage.worked();
		outage.failed('\u001b\u0007');
		expect(lines.at(-1)).toBe('traces are not exported to x: no reason given; lost');
	});

	it('shows no secret and no more than a line', () => {
		const { outage, lines } = observed();
		outage.failed(new Error(`for jo@example.org with Bearer abcdefgh12345678 at 10.1.2.3 ${'x'.repeat(500)}`));
		expect(lines[0]).toContain('for [REDACTED:email] with Bearer [REDACTED:token] at 10.1.2.3 xxx');
		expect(lines[0]!.length).toBeLessThan(300);
	});
});

it.each([
	['https://user:secret@collector:4318/v1/traces?token=secret', 'https://collector:4318/v1/traces'],
	['http://10.1.2.3:4318/v1/logs', 'http://10.1.2.3:4318/v1/logs'],
	['collector.example.org:4317', 'collector.example.org:4317'],
	['not a url with token=secret', 'not a url with token=[REDACTED:secret]'],
])('the endpoint %s is shown as %s', (url, shown) => expect(shownEndpoint(url)).toBe(shown));
