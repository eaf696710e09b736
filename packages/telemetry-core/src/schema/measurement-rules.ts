import type { RuleCheck } from './event-draft.ts';

const UNIT = /^[\x21-\x7e]{1,63}$/;
/** Marks that the collection service itself adds; no catalogue lists them. */
const OWN_MARKS: readonly string[] = ['clock.suspect'];

/** EV07, EV08: a metric point is in the catalogue, finite, in its unit, and has no other attributes. */
export const checkMetric: RuleCheck = (draft, report, { metricEntry }) => {
	if (draft.eventType !== 'METRIC') return;
	if (!Number.isFinite(draft.value)) report('EV07', 'reject', 'value', 'no finite number');
	if (typeof draft.unit !== 'string' || !UNIT.test(draft.unit)) report('EV07', 'reject', 'unit', 'no UCUM unit');
	if (metricEntry === undefined) return;
	const entry = metricEntry(String(draft.name));
	if (entry === undefined) return report('EV07', 'reject', 'name', 'not in the catalogue');
	if (entry.unit !== draft.unit) report('EV07', 'reject', 'unit', `the catalogue says ${entry.unit}`);
	for (const key of Object.keys(draft.dimensions)) {
		if (entry.attributes.includes(key) || OWN_MARKS.includes(key)) continue;
		delete draft.dimensions[key];
		report('EV08', 'repair', `dimensions.${key}`, 'not an attribute of this metric; removed');
	}
};

/** EV09: logs and audit entries have no value, a trace event's value is a finite number. */
export const checkValue: RuleCheck = (draft, report) => {
	const { eventType, value, unit } = draft;
	if (eventType === 'METRIC') return;
	const mayHaveValue = eventType === 'TRACE' && (value === undefined || Number.isFinite(value));
	const mayHaveUnit = eventType === 'TRACE' && (unit === undefined || (typeof unit === 'string' && UNIT.test(unit)));
	if (!mayHaveValue && value !== undefined) {
		delete draft.value;
		report('EV09', 'repair', 'value', 'removed');
	}
	if (!mayHaveUnit && unit !== undefined) {
		delete draft.unit;
		report('EV09', 'repair', 'unit', 'removed');
	}
};
