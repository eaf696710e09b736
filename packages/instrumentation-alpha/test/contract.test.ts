import { instrumentationContract } from '@pipeline/telemetry-testing';
import { describe, it } from 'vitest';
import { AlphaInstrumentation } from '../src/index.ts';

describe('instrumentation contract', () => {
	it.each(instrumentationContract({ create: (config) => new AlphaInstrumentation(config) }))('$name', ({ run }) =>
		run(),
	);
});
