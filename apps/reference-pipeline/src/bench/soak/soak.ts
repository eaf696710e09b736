import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atLeast, atMost, type Goal } from '@pipeline/bench';
import { entryFile } from '../entry-file.ts';
import { type ArrivedAudit, arrivedAudit } from './arrived-audit.ts';
import { type MemoryTrends, memoryGoals, memoryTrends } from './memory-trends.ts';
import { type MemorySample, NOTES, type SubjectMessage, type SubjectReport } from './soak-protocol.ts';
import { StandIn } from './stand-in.ts';

export interface SoakPlan {
	readonly seconds: number;
	/** From one outage to the next. */
	readonly everySeconds: number;
	readonly outageSeconds: number;
	/** Samples before are not part of the trend. Absent: it is too short for one. */
	readonly warmUpSeconds?: number;
}

/** Outages that outlast the ten seconds of a request with its retries. */
export const soakOf = (minutes: number): SoakPlan => ({
	seconds: minutes * 60,
	everySeconds: 30,
	outageSeconds: 12,
	...(minutes >= 4 ? { warmUpSeconds: 120 } : {}),
});
/** Shows that everything is counted; says nothing of memory. */
export const SHORT_SOAK: SoakPlan = { seconds: 20, everySeconds: 6, outageSeconds: 3 };

const VALIDATED = 'pipeline.alpha.validation.counter.records_validated_total';
/** Counted before they are kept: such spans are not meant for the endpoint. */
const NOT_KEPT = 'RATE_LIMITED';
const MB = 1_048_576;

export interface SoakResult extends SubjectReport {
	readonly bench: 'soak';
	readonly seconds: number;
	readonly outages: number;
	readonly audit: ArrivedAudit;
	/** Spans that the stand-in has noted; more than were exported where it went after it had noted them. */
	readonly receivedSpans: number;
	/** Of its last request with metrics. */
	readonly recordsByMetrics: number;
	/** MB a minute. */
	readonly memory: MemoryTrends;
	readonly goals: readonly Goal[];
}

/** The pipeline at a steady rate, while the endpoint goes away and comes back. @throws Error when the process under test ends early */
export async function soak(plan: SoakPlan, onProgress: (text: string) => void): Promise<SoakResult> {
	const folder = mkdtempSync(join(tmpdir(), 'soak-'));
	const spool = join(folder, 'audit');
	const standIn = new StandIn(folder);
	try {
		await standIn.start();
		const subject = fork(entryFile(new URL('./soak-subject.ts', import.meta.url)), [standIn.url, spool], {
			execArgv: process.execArgv,
		});
		const samples: MemorySample[] = [];
		const reported = Promise.withResolvers<SubjectReport>();
		subject.once('exit', () => reported.reject(new Error('the process under test has ended before its time')));
		subject.on('message', (message: SubjectMessage) => {
			if (message.kind === 'report') {
				const { kind: _, ...report } = message;
				reported.resolve(report);
				return;
			}
			samples.push(message);
			onProgress(`${Math.round(message.seconds)} s, ${standIn.outages} outages, ${Math.round(message.rss / MB)} MB`);
		});
		const failing = failNowAndThen(standIn, plan);
		await Promise.race([failing, reported.promise]);
		subject.send('stop');
		const report = await reported.promise;
		await standIn.stop();
		const audit = await arrivedAudit(spool, join(folder, NOTES.events));
		const receivedSpans = sumOfLines(join(folder, NOTES.spans));
		const recordsByMetrics = validatedBy(join(folder, NOTES.metrics));
		const { seconds, everySeconds, warmUpSeconds } = plan;
		const memory = warmUpSeconds === undefined ? {} : memoryTrends(samples, { everySeconds, warmUpSeconds });
		const { outages } = standIn;
		const facts = {
			...report,
			bench: 'soak',
			seconds,
			outages,
			audit,
			receivedSpans,
			recordsByMetrics,
			memory,
		} as const;
		return { ...facts, goals: goalsOf(facts) };
	} finally {
		await standIn.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Ends with the endpoint there. */
async function failNowAndThen(standIn: StandIn, { seconds, everySeconds, outageSeconds }: SoakPlan): Promise<void> {
	const endMs = performance.now() + seconds * 1_000;
	while (performance.now() + everySeconds * 1_000 < endMs) {
		await sleep((everySeconds - outageSeconds) * 1_000);
		await standIn.fail(outageSeconds * 1_000);
	}
	await sleep(Math.max(0, endMs - performance.now()));
}

function goalsOf(facts: Omit<SoakResult, 'goals'>): readonly Goal[] {
	const { audit, auditEntries, keptSpans, exportedSpans, lostSpans, lostAudit, memory } = facts;
	const lost = sum(Object.entries(lostSpans).map(([reason, spans]) => (reason === NOT_KEPT ? 0 : spans)));
	const most = (measures: string, value: number, floor: number) => atMost('soak', measures, value, floor, 0);
	const exactly = (measures: string, value: number): Goal => ({
		...atLeast('soak', measures, value, 1, 1),
		pass: value === 1,
	});
	return [
		exactly('audit arrived', auditEntries === 0 ? 0 : (audit.events - audit.missing) / audit.events),
		most('audit unknown, out of order or lost', audit.unknown + audit.outOfOrder + sum(Object.values(lostAudit)), 0),
		exactly('spans exported or counted as lost', (exportedSpans + lost) / keptSpans),
		most('exported spans that the endpoint has not seen', Math.max(0, exportedSpans - facts.receivedSpans), 0),
		exactly('records by metrics', facts.recordsByMetrics / facts.records),
		exactly('flushed in time', facts.isFlushedInTime ? 1 : 0),
		...memoryGoals(memory),
	];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function sumOfLines(path: string): number {
	return sum(readFileSync(path, 'utf8').split('\n').map(Number));
}

interface MetricsRequest {
	readonly resourceMetrics: readonly {
		readonly scopeMetrics: readonly {
			readonly metrics: readonly {
				readonly name: string;
				readonly sum?: { readonly dataPoints: readonly { readonly asInt?: string; readonly asDouble?: number }[] };
			}[];
		}[];
	}[];
}

function validatedBy(path: string): number {
	const request = JSON.parse(readFileSync(path, 'utf8')) as MetricsRequest;
	const metrics = request.resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
	const points = metrics.filter(({ name }) => name === VALIDATED).flatMap((metric) => metric.sum?.dataPoints ?? []);
	return sum(points.map(({ asInt, asDouble }) => Number(asInt ?? asDouble)));
}
