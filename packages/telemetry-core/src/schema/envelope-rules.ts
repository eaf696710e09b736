import { formatInstant, isIsoMicros, isoFromMs, msFromIso, parseInstant } from '../runtime/timestamp.ts';
import { isUuid, uuidV7 } from '../runtime/uuid.ts';
import { COMPONENTS, isModule } from './components.ts';
import type { CheckOptions, EventDraft, Report, RuleCheck } from './event-draft.ts';
import { isSeverity } from './severity.ts';
import { EVENT_TYPES } from './telemetry-event.ts';

const OLDEST_MS = 90 * 24 * 3_600_000;
const NEWEST_MS = 60_000;
const COMPONENT = /^[a-z][a-z0-9_]{0,31}$/;
const EVENT_NAME = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/;
const METRIC_KIND = /^(?:counter|updowncounter|gauge|histogram)\.[a-z][a-z0-9_]*$/;
const MAX_NAME_LENGTH = 255;

/** EV01: the id is a UUID of version 4 or 7. */
export const checkEventId: RuleCheck = (draft, report, options) => {
	if (isUuid(draft.eventId)) return;
	const lowercase = typeof draft.eventId === 'string' ? draft.eventId.toLowerCase() : undefined;
	draft.eventId = isUuid(lowercase) ? lowercase : (options.newId ?? uuidV7)();
	report('EV01', 'repair', 'eventId', 'no lowercase UUID of version 4 or 7; replaced');
};

/** EV02, EV03: the timestamp is an instant in microseconds, not far from now. */
export const checkTimestamp: RuleCheck = (draft, report, options) => {
	const instant = typeof draft.timestamp === 'string' ? parseInstant(draft.timestamp) : undefined;
	if (instant === undefined) return report('EV02', 'reject', 'timestamp', 'no date and time with a zone');
	if (!isIsoMicros(draft.timestamp)) {
		draft.timestamp = formatInstant(instant);
		report('EV02', 'repair', 'timestamp', 'written as microseconds of UTC');
	}
	if (options.isImport !== true) checkAge(draft, report, options);
};

function checkAge(draft: EventDraft, report: Report, { now }: CheckOptions): void {
	const timeMs = msFromIso(String(draft.timestamp)) ?? now;
	if (timeMs >= now - OLDEST_MS && timeMs <= now + NEWEST_MS) return;
	if (draft.dimensions['clock.suspect'] === 'true') return;
	draft.dimensions['clock.suspect'] = 'true';
	report('EV03', 'repair', 'timestamp', `not within 90 days before and 60 s after ${isoFromMs(now)}`);
}

/** EV04, EV05: module, type and severity are known; the component is one of the module's. */
export const checkMembers: RuleCheck = (draft, report, { mode }) => {
	const { module, component } = draft;
	if (!isModule(module)) report('EV04', 'reject', 'module', 'unknown module');
	if (!(EVENT_TYPES as readonly unknown[]).includes(draft.eventType)) {
		report('EV04', 'reject', 'eventType', 'unknown event type');
	}
	if (!isSeverity(draft.severity)) report('EV04', 'reject', 'severity', 'unknown severity');
	if (typeof component !== 'string' || !COMPONENT.test(component)) {
		return report('EV05', 'reject', 'component', 'no component name');
	}
	if (!isModule(module) || COMPONENTS[module].includes(component)) return;
	report('EV05', mode === 'dev' ? 'reject' : 'keep', 'component', `no component of ${module}`);
};

/** EV06: the name has the form of its type and says the same module and component as the fields. */
export const checkName: RuleCheck = (draft, report) => {
	const { module, component, eventType, name } = draft;
	const prefix = `pipeline.${String(module).toLowerCase()}.${String(component)}.`;
	if (typeof name !== 'string' || name.length > MAX_NAME_LENGTH || !name.startsWith(prefix)) {
		return report('EV06', 'reject', 'name', `does not begin with ${prefix.slice(0, MAX_NAME_LENGTH)}`);
	}
	const rest = name.slice(prefix.length);
	if (eventType === 'METRIC') {
		if (!METRIC_KIND.test(rest)) report('EV06', 'reject', 'name', 'does not go on with <metric type>.<metric name>');
		return;
	}
	const type = `${String(eventType).toLowerCase()}.`;
	if (rest.startsWith(type) && EVENT_NAME.test(rest.slice(type.length))) return;
	report('EV06', 'reject', 'name', `does not go on with ${type}<event>`);
};
