import type { AuditRule } from './entries.ts';

/** A record that is put aside has an entry in a queue. @param more keys of further details, each read from the attribute of its name */
export function queueEntryRule(module: 'alpha' | 'beta' | 'gamma', more: readonly string[] = []): AuditRule {
	const own = ['pipeline.queue', 'pipeline.entry_id', 'pipeline.error_code', 'pipeline.retention_until'];
	const keys = [...own, 'pipeline.lineage_id', ...more];
	return {
		event: `pipeline.${module}.error_queue.audit.entry_created`,
		when: 'ok',
		details: Object.fromEntries(keys.map((key) => [key, key])),
		resource: 'pipeline.entry_id',
	};
}
