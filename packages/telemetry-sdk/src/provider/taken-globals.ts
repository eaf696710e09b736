/** What the API hands out to everybody in the process. */
export type ApiGlobal = 'trace' | 'metrics' | 'logs' | 'propagation' | 'context';

/** What follows when somebody else was first. */
const CONSEQUENCES: Readonly<Record<ApiGlobal, string>> = {
	trace: 'spans of batches and libraries',
	metrics: 'metrics of libraries',
	logs: 'events and log records',
	propagation: 'headers of outgoing calls',
	context: '',
};

/** One line for those that somebody has set before; undefined where that changes nothing. */
export function takenLine(taken: readonly ApiGlobal[]): string | undefined {
	const follows = taken.map((name) => CONSEQUENCES[name]).filter((consequence) => consequence !== '');
	if (follows.length === 0) return undefined;
	return (
		`OpenTelemetry was set up in this process before (${taken.join(', ')}): ${follows.join(', ')} are its own, and no processor, exporter or redaction ` +
		'of this package sees them. Records, their metrics and their audit go on. Leave one of the two out, or start this one first'
	);
}

export const ALREADY_ON =
	'telemetry is on in this process already, most often by --import; a provider without options of its own does nothing beside it';
