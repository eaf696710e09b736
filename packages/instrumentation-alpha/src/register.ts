import { registerInstrumentation } from '@pipeline/telemetry-core/instrumentation';
import { AlphaInstrumentation } from './instrumentation.ts';

// `node --import @pipeline/instrumentation-alpha/register app.js`, or `--require` for CommonJS.
registerInstrumentation(new AlphaInstrumentation());
