import { registerInstrumentation } from '@pipeline/telemetry-core/instrumentation';
import { BetaInstrumentation } from './instrumentation.ts';

// `node --import @pipeline/instrumentation-beta/register app.js`, or `--require` for CommonJS.
registerInstrumentation(new BetaInstrumentation());
