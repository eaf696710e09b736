import { missingAuditDimensions } from './audit-dimensions.ts';
import type { RuleCheck } from './event-draft.ts';

/** EV18: an audit entry belongs to something: its correlation id, else its trace, else its batch. */
export const checkCorrelation: RuleCheck = (draft, report) => {
	if (draft.eventType !== 'AUDIT' || draft.correlationId !== undefined) return;
	const substitute = draft.traceId ?? draft.batchId;
	if (substitute !== undefined) {
		draft.correlationId = substitute;
		return report('EV18', 'repair', 'correlationId', 'filled with the trace or batch id');
	}
	draft.dimensions['audit.incomplete'] = 'true';
	report('EV18', 'repair', 'correlationId', 'neither correlation nor trace nor batch id; marked incomplete');
};

/** EV14: an audit entry says who did what to what. It is stored in any case; what is missing is a compliance violation. */
export const checkAudit: RuleCheck = (draft, report, { serviceInstanceId }) => {
	if (draft.eventType !== 'AUDIT') return;
	const { dimensions } = draft;
	if (serviceInstanceId !== undefined && dimensions['audit.actor_id'] === undefined) {
		dimensions['audit.actor_id'] = serviceInstanceId;
		dimensions['audit.actor_type'] = 'SERVICE';
		report('EV14', 'repair', 'dimensions.audit.actor_id', 'nobody named; filled with the service instance');
	}
	const texts = Object.fromEntries(Object.entries(dimensions).filter(([, value]) => typeof value === 'string'));
	const missing = missingAuditDimensions(texts as Record<string, string>);
	for (const key of missing) report('EV14', 'repair', `dimensions.${key}`, 'required on AUDIT; marked incomplete');
	if (missing.length > 0) dimensions['audit.incomplete'] = 'true';
};
