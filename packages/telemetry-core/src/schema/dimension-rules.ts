import { createHash } from 'node:crypto';
import type { EventDraft, Report, RuleCheck } from './event-draft.ts';
import { REDACTED, redactDimensions } from './redaction-scan.ts';
import {
	DIMENSION_KEY,
	MAX_DIMENSION_LENGTH,
	MAX_DIMENSIONS,
	MAX_STACKTRACE_LENGTH,
	STACKTRACE_KEY,
} from './telemetry-event-schema.ts';
import { truncateText } from './truncate-text.ts';

const TENANT_KEYS = ['pipeline.tenant', 'tenant'] as const;
const TENANT_HASH = /^(?:[0-9a-f]{64}|t_[0-9a-f]{16})$/;

/** EV13: keys and values have the form and length of dimensions; surplus keys go, the last names first. */
export const checkDimensions: RuleCheck = (draft, report) => {
	for (const [key, value] of Object.entries(draft.dimensions)) checkDimension(draft, key, value, report);
	const keys = Object.keys(draft.dimensions);
	for (const key of keys.sort(byImportance).slice(MAX_DIMENSIONS)) {
		delete draft.dimensions[key];
		report('EV13', 'repair', `dimensions.${key}`, `more than ${MAX_DIMENSIONS} keys; removed`);
	}
};

function checkDimension(draft: EventDraft, key: string, value: unknown, report: Report): void {
	const path = `dimensions.${key.slice(0, 128)}`;
	const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
	if (!DIMENSION_KEY.test(key) || typeof text !== 'string') {
		delete draft.dimensions[key];
		report('EV13', 'repair', path, 'no dimension key, or no text; removed');
		return;
	}
	const maxLength = maxLengthOf(key);
	if (text === value && text.length <= maxLength) return;
	draft.dimensions[key] = truncateText(text, maxLength);
	report('EV13', 'repair', path, `written as a text of at most ${maxLength} characters`);
}

function maxLengthOf(key: string): number {
	return key === STACKTRACE_KEY ? MAX_STACKTRACE_LENGTH : MAX_DIMENSION_LENGTH;
}

/** Reserved names first: they say who acted and that something is wrong with the event. */
function byImportance(left: string, right: string): number {
	return Number(isReserved(right)) - Number(isReserved(left)) || (left < right ? -1 : 1);
}

function isReserved(key: string): boolean {
	return key.startsWith('audit.') || key === 'clock.suspect';
}

/** EV15: nothing that must not be stored in clear. Runs on texts, so after EV13. */
export const checkRedaction: RuleCheck = (draft, report, options) => {
	const before = draft.dimensions as Readonly<Record<string, string>>;
	try {
		const after = (options.redact ?? redactDimensions)(before);
		for (const [key, text] of Object.entries(before)) {
			if (after[key] === text) continue;
			if (typeof after[key] === 'string') draft.dimensions[key] = truncateText(after[key], maxLengthOf(key));
			else delete draft.dimensions[key];
			report('EV15', 'repair', `dimensions.${key}`, 'redacted');
		}
	} catch {
		draft.dimensions = Object.fromEntries(Object.keys(before).map((key) => [key, REDACTED]));
		report('EV15', 'repair', 'dimensions', 'redaction failed; every value was replaced');
	}
};

/** EV20: a tenant is named by a hash only. */
export const checkTenant: RuleCheck = (draft, report, options) => {
	for (const key of TENANT_KEYS) {
		const tenant = draft.dimensions[key];
		if (typeof tenant !== 'string' || TENANT_HASH.test(tenant)) continue;
		draft.dimensions[key] = (options.hashTenant ?? hashTenant)(tenant);
		report('EV20', 'repair', `dimensions.${key}`, 'hashed');
	}
};

function hashTenant(tenant: string): string {
	return `t_${createHash('sha256').update(tenant).digest('hex').slice(0, 16)}`;
}
