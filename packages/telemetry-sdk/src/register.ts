import { register } from '@pipeline/telemetry-sdk';

// `node --import @pipeline/telemetry-sdk/register app.js`: on before the application is loaded.
await register();
