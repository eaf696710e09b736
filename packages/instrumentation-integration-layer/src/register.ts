import { registerInstrumentation } from '@pipeline/telemetry-core/instrumentation';
import { IntegrationLayerInstrumentation } from './instrumentation.ts';

// `node --import @pipeline/instrumentation-integration-layer/register app.js`, or `--require` for CommonJS.
registerInstrumentation(new IntegrationLayerInstrumentation());
