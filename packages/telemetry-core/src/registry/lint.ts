import { lintAttributes, lintDescriptions, lintValues } from './lint-attributes.ts';
import { lintMetrics } from './lint-metrics.ts';
import { lintNames, lintUniqueness } from './lint-names.ts';
import { lintAuditEvents, lintReferences } from './lint-references.ts';
import {
	knownEntries,
	type LintFinding,
	type RegistryTables,
	type Report,
	type TablesByModule,
} from './lint-subject.ts';
import { prometheusCollisions } from './prometheus.ts';

export type { LintFinding, RegistryTables, TablesByModule } from './lint-subject.ts';

/** What is taken as given while tables are checked. */
export interface LintOptions {
	/** Tables that may be referred to and must not be repeated. They are not checked themselves. */
	readonly context?: TablesByModule;
	/** Texts of the value table. @default values are not looked up */
	readonly values?: ReadonlySet<string>;
}

/** Everything that is wrong with the tables, module by module. An empty list is a pass. */
export function lintRegistry(
	subject: TablesByModule,
	{ context = {}, values }: LintOptions = {},
): readonly LintFinding[] {
	const findings: LintFinding[] = [];
	const report: Report = (rule, name, message) => void findings.push({ rule, name, message });
	const known = knownEntries(context, subject);
	for (const [module, tables] of Object.entries(subject)) {
		lintNames(module, tables, report);
		lintDescriptions(tables, report);
		lintAttributes(tables, report);
		if (values !== undefined) lintValues(tables, values, report);
		lintMetrics(tables, known, report);
		lintReferences(tables, known, report);
		lintAuditEvents(tables, report);
	}
	lintUniqueness(subject, context, report);
	lintSeries(subject, context, report);
	return findings;
}

/** No two metrics meet in Prometheus. What meets within the context is not this subject's fault. */
function lintSeries(subject: TablesByModule, context: TablesByModule, report: Report): void {
	const metricsOf = (tables: readonly RegistryTables[]) => Object.assign({}, ...tables.map(({ metrics }) => metrics));
	const own: ReadonlySet<string> = new Set(Object.keys(metricsOf(Object.values(subject))));
	const all = metricsOf([...Object.values(context), ...Object.values(subject)]);
	for (const { seriesName, metrics } of prometheusCollisions(all)) {
		const name = metrics.find((metric) => own.has(metric));
		if (name !== undefined)
			report('prometheus-name', name, `${metrics.join(' and ')} are both ${seriesName} in Prometheus`);
	}
}
