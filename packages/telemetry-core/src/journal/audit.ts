import type { AuditRule } from '../registry/entries.ts';
import type { AttributeValue, StageAttributes, StageView } from './stages.ts';

/** An audit entry as it follows from a stage; the identity of record, batch and trace is added by whoever emits it. */
export interface AuditEntryDraft {
	/** Name of the audit event. */
	readonly event: string;
	readonly timeMs: number;
	readonly outcome: 'SUCCESS' | 'FAILURE' | 'PARTIAL';
	readonly resourceId: string | undefined;
	readonly details: Readonly<Record<string, string>>;
}

const DEFAULT_RESOURCE = 'pipeline.record_id';

/**
 * The audit entries that a finished stage yields. Which stage yields which entry is registry data, so that spans, audit
 * and lineage say the same about a record.
 */
export function auditEntriesOf(stage: StageView, record: StageAttributes): readonly AuditEntryDraft[] {
	const drafts: AuditEntryDraft[] = [];
	for (const event of stage.events) {
		for (const rule of event.entry.audit ?? []) {
			collect(drafts, rule, stage, event.timeMs, [event.attributes, stage.attributes, record]);
		}
	}
	for (const rule of stage.entry.audit ?? []) {
		collect(drafts, rule, stage, stage.endMs, [stage.attributes, record]);
	}
	return drafts;
}

function collect(
	drafts: AuditEntryDraft[],
	rule: AuditRule,
	stage: StageView,
	timeMs: number,
	sources: readonly StageAttributes[],
): void {
	if (!applies(rule, stage.failed, sources)) return;
	const details: Record<string, string> = {};
	for (const [dimension, key] of Object.entries(rule.details)) {
		const value = read(sources, key);
		if (value !== undefined) details[dimension] = textOf(value);
	}
	if (stage.error !== undefined) details['error.type'] ??= stage.error.name;
	const resource = read(sources, rule.resource ?? DEFAULT_RESOURCE);
	drafts.push({
		event: rule.event,
		timeMs,
		outcome: rule.outcome ?? (stage.failed ? 'FAILURE' : 'SUCCESS'),
		resourceId: resource === undefined ? undefined : textOf(resource),
		details,
	});
}

function applies(rule: AuditRule, failed: boolean, sources: readonly StageAttributes[]): boolean {
	if (rule.when === 'error' && !failed) return false;
	if (rule.when === 'ok' && failed) return false;
	return Object.entries(rule.where ?? {}).every(([key, accepted]) => {
		const value = read(sources, key);
		return value !== undefined && accepted.includes(textOf(value));
	});
}

function read(sources: readonly StageAttributes[], key: string): AttributeValue | undefined {
	for (const source of sources) {
		if (source[key] !== undefined) return source[key];
	}
	return undefined;
}

function textOf(value: AttributeValue): string {
	return typeof value === 'object' ? value.join(',') : String(value);
}
