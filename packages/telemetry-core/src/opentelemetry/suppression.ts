import { context, createContextKey } from '@opentelemetry/api';

// The SDK's own key: keys of one description are the same symbol in every package.
const SUPPRESSED = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** True inside calls of exporters and the like: whatever runs there is telemetry's own traffic. */
export function isTracingSuppressed(): boolean {
	return context.active().getValue(SUPPRESSED) === true;
}
