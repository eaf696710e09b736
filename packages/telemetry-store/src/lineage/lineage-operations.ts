import { BUILT_IN_TABLES, extensionTables, type LineageRule } from '@pipeline/telemetry-core/registry';

/** Audit events that tell a step of lineage, and which step: those of the pipeline's modules and of a team's own. */
export function lineageOperations(): ReadonlyMap<string, LineageRule> {
	const all = [...Object.values(BUILT_IN_TABLES), ...Object.values(extensionTables())];
	const events = all.flatMap(({ events: table }) => Object.entries(table ?? {}));
	return new Map(events.flatMap(([name, { lineage }]) => (lineage === undefined ? [] : [[name, lineage] as const])));
}

/** Events with which a record begins: it came in, was split from another or merged of others. */
export function originOperations(): readonly string[] {
	return [...lineageOperations()]
		.filter(([, { relation, parent, child }]) => {
			const isMade = relation === 'SPLIT' || relation === 'MERGE';
			return child.kind === 'record' && (isMade || (parent.kind === 'source' && parent.key === 'pipeline.source_id'));
		})
		.map(([name]) => name);
}
