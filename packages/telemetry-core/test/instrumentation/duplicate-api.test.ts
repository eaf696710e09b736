import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const API = Symbol.for('opentelemetry.js.api.1');
const holder = globalThis as unknown as Record<symbol, unknown>;

describe('two copies of the OpenTelemetry API', () => {
	let before: unknown;
	let warnOfDuplicateApi: (warn?: (message: string) => void) => boolean;
	beforeEach(async () => {
		before = holder[API];
		vi.resetModules();
		({ warnOfDuplicateApi } = await import('../../src/instrumentation/index.ts'));
	});
	afterEach(() => {
		holder[API] = before;
	});

	it('are said loudly, once, with the other version', () => {
		holder[API] = { version: '2.0.0', trace: {} };
		const lines: string[] = [];
		const warn = (message: string) => void lines.push(message);
		expect([warnOfDuplicateApi(warn), warnOfDuplicateApi(warn)]).toEqual([true, false]);
		expect(lines).toEqual([expect.stringMatching(/^two copies of @opentelemetry\/api .* version 2\.0\.0, .*npm ls/)]);
	});

	it('are a process warning when nobody listens', async () => {
		holder[API] = { trace: {} };
		const warning = new Promise<Error & { code?: string }>((resolve) => process.once('warning', resolve));
		warnOfDuplicateApi();
		expect(await warning).toMatchObject({
			code: 'PIPELINE_DUPLICATE_API',
			message: expect.stringContaining('version unknown'),
		});
	});

	it('are none while no provider is registered, nor when this copy sees it', async () => {
		holder[API] = undefined;
		expect(warnOfDuplicateApi(() => expect.unreachable())).toBe(false);
		holder[API] = { version: '1.10.0' };
		expect(warnOfDuplicateApi(() => expect.unreachable())).toBe(false);
		holder[API] = before;
		const { createTelemetryHarness } = await import('../../../telemetry-testing/src/index.ts');
		const harness = createTelemetryHarness();
		expect(warnOfDuplicateApi(() => expect.unreachable())).toBe(false);
		await harness.shutdown();
	});
});
