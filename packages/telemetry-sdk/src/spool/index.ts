export { processConsole } from './process-console.ts';
export { readSpool, type SpooledEvent } from './read-spool.ts';
export { type SpoolConsole, spoolCommand } from './spool-cli.ts';
export { SpoolError, type SpoolErrorCode } from './spool-error.ts';
export { telemetryEventOf } from './telemetry-event.ts';
export {
	type ProducerReport,
	type SpoolFinding,
	type SpoolFindingKind,
	type VerifyOptions,
	verifySpool,
} from './verify-spool.ts';
