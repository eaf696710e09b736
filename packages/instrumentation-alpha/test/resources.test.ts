import type { AlphaModule } from '@pipeline/alpha';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failingSource, followAlpha, moduleOf, TestSender } from './scenario.ts';

describe('resources that run out', () => {
	let telemetry: ReturnType<typeof followAlpha>;
	beforeEach(() => {
		telemetry = followAlpha('standard');
	});
	afterEach(() => telemetry.stop());

	/** Errors that were told: code, category, severity. */
	async function errorsOf(module: AlphaModule): Promise<unknown[]> {
		await module.start().catch(() => undefined);
		await module.finished();
		await module.stop();
		const errors = telemetry.harness.events().filter(({ attributes }) => 'error.type' in attributes);
		return errors.map(({ severity, attributes }) => [
			attributes['error.type'],
			attributes['pipeline.error_category'],
			severity,
		]);
	}

	it('a buffer that is full: the watermark first, then each record that had no place', async () => {
		const sender = new TestSender(() => new Promise((resolve) => setTimeout(() => resolve('RECEIVED'), 5)));
		const lines = Array.from({ length: 101 }, () => '{}');
		const config = { bufferCapacity: 100, defaultBatchSize: 200, bufferHighWatermark: 0.99 };
		expect(await errorsOf(moduleOf(lines, { sender, config }))).toEqual([
			['BUF_001_HIGH_WATERMARK', 'BUFFER_OVERFLOW', 'WARN'],
			['BUF_002_FULL', 'BUFFER_OVERFLOW', 'ERROR'],
		]);
	});

	it('memory, as the process has it', async () => {
		// The smallest limit there is: less than any process takes.
		expect(await errorsOf(moduleOf(['{}'], { config: { memoryLimitBytes: 1_048_576 } }))).toEqual([
			['RES_001_MEMORY', 'RESOURCE_EXHAUSTION', 'FATAL'],
		]);
	});

	it.each([
		['EMFILE', 'RES_002_FILE_HANDLES', 'RESOURCE_EXHAUSTION'],
		['ERR_WORKER_INIT_FAILED', 'RES_003_THREADS', 'RESOURCE_EXHAUSTION'],
		['ENOSPC', 'RES_004_DISK', 'RESOURCE_EXHAUSTION'],
		['ENOBUFS', 'RES_005_CONNECTIONS', 'RESOURCE_EXHAUSTION'],
		['CONN_005_POOL_EXHAUSTED', 'CONN_005_POOL_EXHAUSTED', 'CONNECTION'],
		['CONN_NEVER_HEARD_OF', 'CONN_001_NETWORK', 'CONNECTION'],
	])('a source that fails with %s', async (code, errorCode, category) => {
		const source = failingSource(code);
		expect(await errorsOf(moduleOf([], { source, config: { maxRetryCount: 0 } }))).toEqual([
			[errorCode, category, 'ERROR'],
		]);
	});
});
