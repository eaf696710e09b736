import { lookUpError } from '../registry/define.ts';
import type { ErrorDef, EventDef, MetricDef } from '../registry/definitions.ts';
import type { SeverityName } from '../registry/entries.ts';
import { telemetry } from '../runtime/telemetry.ts';
import type { EventDetail } from '../signals/event-sink.ts';
import { MetricFamily } from '../signals/metric-family.ts';

/** Reports a module's errors: the counter and the log event of the code. */
export interface ErrorReporter {
	/** The registry's definition of a code; the module's unknown error when it has none. */
	readonly definition: (code: string | undefined) => ErrorDef;
	/** Counts the error and logs it. */
	readonly report: (code: string | undefined, detail?: EventDetail) => void;
	/** Logs it; for errors that are counted elsewhere. */
	readonly log: (code: string | undefined, detail?: EventDetail) => void;
}

/**
 * @param errors the module's error codes; the first that ends in `_UNKNOWN` stands for codes that are not among them
 * @param events the module's events, which hold one `…log.<code>` for each code
 * @param counter the module's `errors_total`, with category, code and severity
 */
export function errorReporter(
	errors: Readonly<Record<string, ErrorDef>>,
	events: Readonly<Record<string, EventDef>>,
	counter: MetricDef,
): ErrorReporter {
	const logs = new Map<string, EventDef>();
	for (const [name, event] of Object.entries(events)) {
		const code = name.split('.log.')[1];
		if (code !== undefined) logs.set(code, event);
	}
	const unknown = Object.entries(errors).find(([name]) => name.endsWith('_UNKNOWN'))?.[1] as ErrorDef;
	const family = new MetricFamily(counter, (key) =>
		key === 'pipeline.error_code' ? Object.keys(errors).length : undefined,
	);
	const definition = (code: string | undefined) => (code === undefined ? unknown : (errors[code] ?? unknown));
	const log: ErrorReporter['log'] = (code, detail = {}) => {
		const named = lookUpError(definition(code));
		const event = named === undefined ? undefined : logs.get(named.name.toLowerCase());
		if (named === undefined || event === undefined) return;
		telemetry.events.emit(event, {
			...detail,
			severity: detail.severity ?? named.entry.severity,
			dimensions: { ...detail.dimensions, 'error.type': named.name, 'pipeline.error_category': named.entry.category },
		});
	};
	return {
		definition,
		log,
		report(code, detail = {}) {
			const named = lookUpError(definition(code));
			if (named === undefined) return;
			const severity: SeverityName = detail.severity ?? named.entry.severity;
			family.of(named.entry.category, named.name, severity).add(1);
			log(code, { ...detail, severity });
		},
	};
}
