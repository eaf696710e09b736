import { isForbiddenKey, REDACTED, redactText } from '../redaction/index.ts';

/** The default redaction of `checkTelemetryEvent`: a last look behind the provider's own policy, not instead of it. */
export function redactDimensions(dimensions: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(dimensions).map(([key, value]) => [key, isForbiddenKey(key) ? REDACTED : redactText(value)]),
	);
}
