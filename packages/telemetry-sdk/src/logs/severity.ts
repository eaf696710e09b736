import { isSeverity, SEVERITIES, type Severity } from '@pipeline/telemetry-core/schema';

/** What pino calls the severities. */
const PINO_NAMES: Readonly<Record<Severity, string>> = {
	DEBUG: 'debug',
	INFO: 'info',
	WARN: 'warn',
	ERROR: 'error',
	CRITICAL: 'fatal',
};
const FIRST = 20;
const STEP = 10;

/** A severity by its name, in capitals or not. @throws TypeError for any other name */
export function severityNamed(name: string): Severity {
	const severity = String(name).trim().toUpperCase();
	if (isSeverity(severity)) return severity;
	throw new TypeError(`log level ${JSON.stringify(name)} is none; allowed: ${SEVERITIES.join(', ')}`);
}

/** pino's name of a severity. */
export const pinoLevel = (severity: Severity): string => PINO_NAMES[severity];

/** The severity of a pino level by its number; of a team's own level, the next one below. */
export function severityOf(pinoNumber: number): Severity {
	const index = Math.floor((pinoNumber - FIRST) / STEP);
	return SEVERITIES[Math.min(Math.max(index, 0), SEVERITIES.length - 1)] as Severity;
}

/** Lines that no limit leaves out. */
export const isExempt = (severity: Severity): boolean => severity === 'ERROR' || severity === 'CRITICAL';
