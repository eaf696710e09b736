import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import type { Redaction } from './redaction.ts';

/**
 * Redacts the attributes of every metric that libraries measure with the OpenTelemetry SDK. A view does it, where they are measured: attribute
 * sets that become the same by it are one series, for every reader.
 */
export function metricRedaction(redaction: Redaction): ViewOptions {
	return {
		instrumentName: '*',
		attributesProcessors: [{ process: (attributes) => redaction.attributes(attributes) }],
	};
}
