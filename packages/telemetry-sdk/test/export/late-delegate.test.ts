import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';
import { describe, expect, it } from 'vitest';
import { LateDelegate } from '../../src/export/late-delegate.ts';

type Result = Parameters<Parameters<IOtlpExportDelegate<string>['export']>[1]>[0];

const exported = (delegate: LateDelegate<string>, request: string): Promise<Result> =>
	new Promise((resolve) => delegate.export(request, resolve));

describe('a delegate that is loaded late', () => {
	it('is loaded once, with the first request, and keeps the order of requests', async () => {
		const seen: string[] = [];
		const delegate = new LateDelegate<string>(async () => {
			seen.push('loaded');
			return {
				export: (request, onEnded) => {
					seen.push(request);
					onEnded({ code: 0 });
				},
				forceFlush: async () => {},
				shutdown: async () => void seen.push('shut down'),
				setMetrics: () => {},
			};
		});
		await delegate.shutdown();
		expect(seen).toEqual([]);
		expect(await Promise.all([exported(delegate, 'a'), exported(delegate, 'b')])).toEqual([{ code: 0 }, { code: 0 }]);
		await delegate.shutdown();
		expect(seen).toEqual(['loaded', 'a', 'b', 'shut down']);
	});

	it('fails each request where there is nothing to load', async () => {
		const error = new Error('no such package');
		const delegate = new LateDelegate<string>(() => Promise.reject(error));
		expect([await exported(delegate, 'a'), await exported(delegate, 'b')]).toEqual([
			{ code: 1, error },
			{ code: 1, error },
		]);
	});
});
