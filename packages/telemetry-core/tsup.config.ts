import { preset } from '@pipeline/build';

export default preset({
	index: 'src/index.ts',
	instrumentation: 'src/instrumentation/index.ts',
	registry: 'src/registry/index.ts',
	schema: 'src/schema/index.ts',
	propagation: 'src/propagation/index.ts',
	redaction: 'src/redaction/index.ts',
	alpha: 'src/registry/alpha/index.ts',
	beta: 'src/registry/beta/index.ts',
	gamma: 'src/registry/gamma/index.ts',
	epsilon: 'src/registry/epsilon/index.ts',
	phi: 'src/registry/phi/index.ts',
	integration: 'src/registry/integration/index.ts',
	telemetry: 'src/registry/telemetry/index.ts',
	requirements: 'src/requirements/index.ts',
});
