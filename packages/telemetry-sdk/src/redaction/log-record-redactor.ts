import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { Redaction } from './redaction.ts';

/** Redacts log records, this package's events among them, before any other processor sees them: name, body and attributes. */
export function logRecordRedactor(redaction: Redaction): LogRecordProcessor {
	return {
		onEmit(record) {
			const { attributes } = record;
			const redacted = redaction.attributes(attributes);
			if (redacted !== attributes) {
				// There is no way to remove one: `setAttribute` of the SDK only adds.
				for (const key of Object.keys(attributes)) if (!(key in redacted)) delete attributes[key];
				Object.assign(attributes, redacted);
			}
			if (record.body !== undefined) record.setBody(redaction.value(record.body) as typeof record.body);
			if (record.eventName !== undefined) record.setEventName(redaction.text(record.eventName));
			if (record.severityText !== undefined) record.setSeverityText(redaction.text(record.severityText));
		},
		forceFlush: async () => {},
		shutdown: async () => {},
	};
}
