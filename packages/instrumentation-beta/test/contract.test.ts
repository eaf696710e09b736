import { instrumentationContract } from '@pipeline/telemetry-testing';
import { describe, it } from 'vitest';
import { BetaInstrumentation } from '../src/index.ts';

describe('instrumentation contract', () => {
	it.each(instrumentationContract({ create: (config) => new BetaInstrumentation(config) }))('$name', ({ run }) =>
		run(),
	);
});
