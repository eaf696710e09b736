import { createHash } from 'node:crypto';
import { REDACTED } from '../redaction/index.ts';
import { missingAuditDimensions, REQUIRED_AUDIT_DIMENSIONS } from './audit-dimensions.ts';
import type { EventDraft, Report, RuleCheck } from './event-draft.ts';
import { redactDimensions } from './redact-dimensions.ts';
import {
	DIMENSION_KEY,
	MAX_DIMENSION_LENGTH,
	MAX_DIMENSIONS,
	MAX_STACKTRACE_LENGTH,
	STACKTRACE_KEY,
} from './telemetry-event-schema.ts';
import { truncateText } from './truncate-text.ts';

const INDISPENSABLE: ReadonlySet<string> = new Set(['audit.incomplete', 'clock.suspect', ...REQUIRED_AUDIT_DIMENSIONS]);
const TENANT_KEYS = ['pipeline.tenant', 'tenant'] as const;
const TENANT_HASH = /^(?:[0-9a-f]{64}|t_[0-9a-f]{16}|[a-z0-9]{1,16}:[0-9a-f]{16})$/;

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
	const text = textOf(value);
	if (!DIMENSION_KEY.test(key) || text === undefined) {
		delete draft.dimensions[key];
		report('EV13', 'repair', path, 'no dimension key, or no text; removed');
		return;
	}
	const maxLength = maxLengthOf(key);
	if (text === value && text.length <= maxLength) return;
	draft.dimensions[key] = truncateText(text, maxLength);
	report('EV13', 'repair', path, `written as a text of at most ${maxLength} characters`);
}

/** Numbers and booleans are written as text; undefined for what has none. */
function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function maxLengthOf(key: string): number {
	return key === STACKTRACE_KEY ? MAX_STACKTRACE_LENGTH : MAX_DIMENSION_LENGTH;
}

/** What says that something is wrong with the event, and who acted, before all other names; a flood of `audit.` names cannot push them out. */
function byImportance(left: string, right: string): number {
	return importanceOf(right) - importanceOf(left) || (left < right ? -1 : 1);
}

function importanceOf(key: string): number {
	if (INDISPENSABLE.has(key)) return 2;
	return key.startsWith('audit.') ? 1 : 0;
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
	markUnusableAudit(draft, before);
};

/** Redaction took what an audit entry must have: the entry is kept all the same, and marked. */
function markUnusableAudit(draft: EventDraft, before: Readonly<Record<string, string>>): void {
	const wasIncomplete = before['audit.incomplete'] === 'true';
	const after = draft.dimensions as Readonly<Record<string, string>>;
	if (draft.eventType !== 'AUDIT' || (!wasIncomplete && missingAuditDimensions(after).length === 0)) return;
	draft.dimensions['audit.incomplete'] = 'true';
}

/** EV20: a tenant is named by a hash only. */
export const checkTenant: RuleCheck = (draft, report, options) => {
	for (const key of TENANT_KEYS) {
		const tenant = textOf(draft.dimensions[key]);
		if (tenant === undefined || TENANT_HASH.test(tenant)) continue;
		draft.dimensions[key] = (options.hashTenant ?? hashTenant)(tenant);
		report('EV20', 'repair', `dimensions.${key}`, 'hashed');
	}
};

function hashTenant(tenant: string): string {
	return `t_${createHash('sha256').update(tenant).digest('hex').slice(0, 16)}`;
}
