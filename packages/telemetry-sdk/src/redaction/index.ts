export { createRedaction, type Redaction, type RedactionObserver } from './redaction.ts';
export {
	parseRedactionKeys,
	type RedactionDetector,
	type RedactionKey,
	RedactionOptionError,
	type RedactionOptions,
} from './redaction-options.ts';
