import { instrumentationContract } from '@pipeline/telemetry-testing';
import { describe, it } from 'vitest';
import { IntegrationLayerInstrumentation } from '../src/index.ts';

describe('instrumentation contract', () => {
	it.each(instrumentationContract({ create: (config) => new IntegrationLayerInstrumentation(config) }))(
		'$name',
		({ run }) => run(),
	);
});
