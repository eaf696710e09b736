/** Severities of events, least severe first. */
export const SEVERITIES = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How a severity is spelled elsewhere. */
export interface SeverityMapping {
	/** OpenTelemetry severity number that is written. */
	readonly number: number;
	/** OpenTelemetry severity text that is written. */
	readonly text: string;
	/** Spelling of the integration layer's errors, where it has one. */
	readonly integration?: 'CRITICAL' | 'ERROR' | 'WARNING';
	/** Method of `console` and of loggers like it. */
	readonly console: 'debug' | 'info' | 'warn' | 'error';
}

export const SEVERITY_MAPPINGS: Readonly<Record<Severity, SeverityMapping>> = {
	DEBUG: { number: 5, text: 'DEBUG', console: 'debug' },
	INFO: { number: 9, text: 'INFO', console: 'info' },
	WARN: { number: 13, text: 'WARN', integration: 'WARNING', console: 'warn' },
	ERROR: { number: 17, text: 'ERROR', integration: 'ERROR', console: 'error' },
	CRITICAL: { number: 21, text: 'FATAL', integration: 'CRITICAL', console: 'error' },
};

export function isSeverity(value: unknown): value is Severity {
	return (SEVERITIES as readonly unknown[]).includes(value);
}

/** The severity of an OpenTelemetry severity number 1..24; undefined outside. */
export function severityFromNumber(severityNumber: number): Severity | undefined {
	if (!Number.isInteger(severityNumber) || severityNumber < 1 || severityNumber > 24) return undefined;
	return SEVERITIES[Math.max(0, Math.floor((severityNumber - 5) / 4))];
}

/** The severity of any spelling used here or by OpenTelemetry (`WARNING`, `FATAL`, `Info`); undefined for other words. */
export function severityFromText(text: string): Severity | undefined {
	const word = text.toUpperCase();
	if (word === 'TRACE') return 'DEBUG';
	return SEVERITIES.find((severity) => {
		const { text: openTelemetry, integration } = SEVERITY_MAPPINGS[severity];
		return word === severity || word === openTelemetry || word === integration;
	});
}
