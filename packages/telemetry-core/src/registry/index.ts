export { isSeverity, SEVERITY_MAPPINGS } from '../schema/severity.ts';
export { alphaEntries } from './alpha/index.ts';
export { betaEntries } from './beta/index.ts';
export { BUCKET_FAMILIES, type BucketFamily, bucketBounds } from './buckets.ts';
export { BUILT_IN_TABLES } from './built-in.ts';
export { commonAttributes, commonSpanEvents } from './common/index.ts';
export {
	type AttributeDefinitions,
	attributeNamed,
	auditOnlyKeys,
	BASES,
	defineAttributes,
	defineErrors,
	defineEvents,
	defineMetrics,
	defineSpanEvents,
	defineSpans,
	type EntryKinds,
	errorNamed,
	eventNamed,
	FIRST_EXTENSION_BASE,
	lookUpAttribute,
	lookUpError,
	lookUpEvent,
	lookUpMetric,
	lookUpSpan,
	lookUpSpanEvent,
	metricNamed,
	type Named,
	spanEventNamed,
	spanNamed,
	TABLE_SIZE,
} from './define.ts';
export {
	renderAttributes,
	renderErrors,
	renderEvents,
	renderMetrics,
	renderSpanEvents,
	renderSpans,
} from './documentation.ts';
export type {
	AttributeEntry,
	AuditRule,
	DetailLevel,
	ErrorEntry,
	EventEntry,
	LineageNodeRule,
	LineageRelation,
	LineageRule,
	LinkTypeName,
	MetricEntry,
	ModuleEntries,
	ModuleName,
	SeverityName,
	SpanEntry,
	SpanEventEntry,
} from './entries.ts';
export { epsilonEntries } from './epsilon/index.ts';
export { defineRegistry, extensionTables, type RegistryExtension } from './extension.ts';
export { ExtensionError } from './extension-error.ts';
export { gammaEntries } from './gamma/index.ts';
export { replaceGeneratedSections, UnclosedSectionError } from './generated-sections.ts';
export { integrationEntries } from './integration/index.ts';
export { type LegacyMetric, legacyMetrics } from './legacy.ts';
export {
	type LintFinding,
	type LintOptions,
	lintRegistry,
	type RegistryTables,
	type TablesByModule,
} from './lint.ts';
export { METRIC_CATALOGUE, METRICS_BY_MODULE } from './metric-catalogue.ts';
export { type DocumentationSection, isDocumentationSection, renderSection } from './module-documentation.ts';
export { phiEntries } from './phi/index.ts';
export { prometheusCollisions, prometheusLabel, prometheusName } from './prometheus.ts';
export { telemetryEntries } from './telemetry/index.ts';
