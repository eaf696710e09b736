import { register } from '@pipeline/telemetry-sdk';

// `node --require @pipeline/telemetry-sdk/register app.js`: CommonJS cannot wait, so the first records may come before it is on.
void register();
