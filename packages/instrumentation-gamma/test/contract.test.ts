import { instrumentationContract } from '@pipeline/telemetry-testing';
import { describe, it } from 'vitest';
import { GammaInstrumentation } from '../src/index.ts';

describe('instrumentation contract', () => {
	it.each(instrumentationContract({ create: (config) => new GammaInstrumentation(config) }))('$name', ({ run }) =>
		run(),
	);
});
