import { checkAudit, checkCorrelation } from './audit-rules.ts';
import { checkDimensions, checkRedaction, checkTenant } from './dimension-rules.ts';
import { checkEventId, checkMembers, checkName, checkTimestamp } from './envelope-rules.ts';
import { type CheckOptions, draftOf, type EventFinding, type Report, type RuleCheck } from './event-draft.ts';
import { checkSubjectIds, checkTraceIds } from './id-rules.ts';
import { checkMetric, checkValue } from './measurement-rules.ts';
import { checkSize } from './size-rule.ts';
import type { TelemetryEvent } from './telemetry-event.ts';
import { TelemetryEventError } from './telemetry-event-error.ts';

/** What becomes of an event: taken as it is, taken with changes, or refused. Findings say which rules were broken. */
export type EventCheck =
	| {
			readonly verdict: 'accept' | 'repair';
			readonly event: TelemetryEvent;
			readonly findings: readonly EventFinding[];
	  }
	| { readonly verdict: 'reject'; readonly event: undefined; readonly findings: readonly EventFinding[] };

// Ids before those who fill in from them, texts (EV13) before those who read texts, the size last.
const RULES: readonly RuleCheck[] = [
	checkEventId,
	checkTimestamp,
	checkMembers,
	checkName,
	checkMetric,
	checkValue,
	checkTraceIds,
	checkSubjectIds,
	checkCorrelation,
	checkAudit,
	checkTenant,
	checkDimensions,
	checkRedaction,
	checkSize,
];

/**
 * Rules EV01 to EV20 on an event from anywhere. The input is not changed; a repaired event is valid under
 * `telemetryEventSchema`. An event id seen before (EV17) is refused with that single finding.
 *
 * @throws TelemetryEventError `EVENT_UNREADABLE` for something that is no object or throws when it is read
 */
export function checkTelemetryEvent(event: unknown, options: CheckOptions): EventCheck {
	const draft = draftOf(event);
	const findings: EventFinding[] = [];
	let verdict: EventCheck['verdict'] = 'accept';
	const report: Report = (rule, effect, path, message) => {
		findings.push({ rule, path, message });
		if (effect === 'reject') verdict = 'reject';
		else if (effect === 'repair' && verdict === 'accept') verdict = 'repair';
	};
	for (const rule of RULES) rule(draft, report, options);
	if (isRejected(verdict)) return { verdict: 'reject', event: undefined, findings };
	if (options.isDuplicate?.(String(draft.eventId)) === true) {
		const finding: EventFinding = { rule: 'EV17', path: 'eventId', message: 'seen before' };
		return { verdict: 'reject', event: undefined, findings: [finding] };
	}
	return { verdict, event: draft as unknown as TelemetryEvent, findings };
}

// The report callback assigns the verdict, which the compiler's narrowing does not see.
function isRejected(verdict: EventCheck['verdict']): verdict is 'reject' {
	return verdict === 'reject';
}

/** The event as `checkTelemetryEvent` leaves it. @throws TelemetryEventError `EVENT_REJECTED` with the first finding, `EVENT_UNREADABLE` */
export function acceptTelemetryEvent(event: unknown, options: CheckOptions): TelemetryEvent {
	const check = checkTelemetryEvent(event, options);
	if (check.verdict !== 'reject') return check.event;
	const [finding] = check.findings;
	throw new TelemetryEventError(
		'EVENT_REJECTED',
		check.findings.map(({ rule, path, message }) => `${rule} ${path}: ${message}`).join('; '),
		finding === undefined ? {} : { path: finding.path },
	);
}
