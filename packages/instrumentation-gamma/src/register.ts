import { registerInstrumentation } from '@pipeline/telemetry-core/instrumentation';
import { GammaInstrumentation } from './instrumentation.ts';

// `node --import @pipeline/instrumentation-gamma/register app.js`, or `--require` for CommonJS.
registerInstrumentation(new GammaInstrumentation());
