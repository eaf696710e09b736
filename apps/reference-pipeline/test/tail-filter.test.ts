import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { TailFilter } from '../src/bench/tail-filter.ts';

const T0 = 1_795_000_000_000;

/** Names of what is exported of one trace of two spans. */
async function exported(ratio: number, trouble?: 'error' | 'slow'): Promise<string[]> {
	const exporter = new InMemorySpanExporter();
	const filter = new TailFilter(new SimpleSpanProcessor({ exporter }), { ratio, slowMs: 1_000 });
	const provider = new TracerProvider({ spanProcessors: [filter] });
	const tracer = provider.getTracer('test');
	const root = tracer.startSpan('root', { startTime: T0, root: true });
	const child = tracer.startSpan('child', { startTime: T0 + 100 }, trace.setSpan(ROOT_CONTEXT, root));
	if (trouble === 'error') child.setStatus({ code: SpanStatusCode.ERROR });
	child.end(T0 + 200);
	const before = exporter.getFinishedSpans().length;
	root.end(trouble === 'slow' ? T0 + 1_000 : T0 + 999);
	await provider.forceFlush();
	expect(before).toBe(0);
	return exporter.getFinishedSpans().map(({ name }) => name);
}

it('drops an ordinary trace that the ratio leaves out', async () => expect(await exported(0)).toEqual([]));

it.each([
	['within the ratio', 1, undefined],
	['that failed', 0, 'error'],
	['that was slow', 0, 'slow'],
] as const)('exports a whole trace %s', async (_why, ratio, trouble) =>
	expect(await exported(ratio, trouble)).toEqual(['child', 'root']),
);
