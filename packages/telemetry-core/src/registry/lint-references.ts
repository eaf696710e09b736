import type { AuditRule } from './entries.ts';
import type { KnownEntries, RegistryTables, Report } from './lint-subject.ts';

/** What spans, span events and events refer to exists. */
export function lintReferences(tables: RegistryTables, known: KnownEntries, report: Report): void {
	for (const [name, { attributes, events = [], parent, audit = [] }] of Object.entries(tables.spans ?? {})) {
		lintKeys(name, attributes, known, report);
		if (parent !== 'root' && !known.spans.has(parent)) report('unknown-span', name, `its parent ${parent} is no span`);
		for (const event of events) {
			if (!known.spanEvents.has(event)) report('unknown-span-event', name, `${event} is in no span event table`);
		}
		for (const rule of audit) lintRule(name, rule, known, report);
	}
	for (const [name, { attributes, audit = [] }] of Object.entries(tables.spanEvents ?? {})) {
		lintKeys(name, attributes, known, report);
		for (const rule of audit) lintRule(name, rule, known, report);
	}
	for (const [name, { dimensions, lineage }] of Object.entries(tables.events ?? {})) {
		lintKeys(name, dimensions, known, report);
		for (const node of lineage === undefined ? [] : [lineage.parent, lineage.child]) {
			const key = node.kind === 'record' ? node.raw : node.key;
			if (key !== undefined && !dimensions.includes(key))
				report('lineage-dimension', name, `its lineage reads ${key}, which it does not have`);
		}
	}
}

function lintKeys(name: string, keys: readonly string[], { attributes }: KnownEntries, report: Report): void {
	for (const key of keys) {
		if (!attributes.has(key)) report('unknown-attribute', name, `${key} is in no attribute table`);
	}
	if (new Set(keys).size !== keys.length) report('duplicate-attribute', name, 'a key is listed twice');
}

function lintRule(name: string, rule: AuditRule, known: KnownEntries, report: Report): void {
	const where = rule.where ?? {};
	const read = [...Object.values(rule.details), ...Object.keys(where), ...(rule.resource ? [rule.resource] : [])];
	lintKeys(name, [...new Set(read)], known, report);
	lintProtection(name, rule, known, report);
	for (const [key, accepted] of Object.entries(where)) {
		const { type, values = [] } = known.attributes.get(key) ?? {};
		const foreign = type === 'code' ? accepted.filter((text) => !values.includes(text)) : [];
		for (const text of foreign) report('audit-condition', name, `${text} is no value of ${key}`);
	}
	const event = known.events.get(rule.event);
	if (event?.type !== 'AUDIT') {
		report('unknown-audit-event', name, `${rule.event} is no audit event`);
		return;
	}
	const missing = event.dimensions.filter((dimension) => rule.details[dimension] === undefined);
	if (missing.length > 0) report('audit-details', name, `${rule.event} also requires ${missing.join(', ')}`);
}

/** What is hashed or masked goes by its name: under another one it would be shown as it is. */
function lintProtection(name: string, rule: AuditRule, { attributes }: KnownEntries, report: Report): void {
	const shown = [...Object.entries(rule.details), ['audit.resource_id', rule.resource ?? ''] as const];
	for (const [dimension, key] of shown) {
		const protect = attributes.get(key)?.protect;
		if (protect !== undefined && attributes.get(dimension)?.protect !== protect)
			report('audit-protection', name, `${dimension} would show ${key} without its protection`);
	}
}

/** Audit events say what they are evidence for, and only they do. */
export function lintAuditEvents(tables: RegistryTables, report: Report): void {
	for (const [name, entry] of Object.entries(tables.events ?? {})) {
		const facts = [entry.category, entry.action, entry.resourceType, entry.requirements];
		const given = facts.filter((fact) => fact !== undefined && fact.length > 0).length;
		if (entry.type === 'AUDIT' && given < facts.length) {
			report('audit-event', name, 'an audit event has category, action, resource type and requirements');
		} else if (entry.type !== 'AUDIT' && given > 0) {
			report('audit-event', name, 'category, action, resource type and requirements are for audit events');
		}
	}
}
