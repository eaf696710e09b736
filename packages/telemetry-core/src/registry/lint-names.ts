import { COMPONENTS } from '../schema/components.ts';
import { TABLE_SIZE } from './define.ts';
import type { RegistryTables, Report, TablesByModule } from './lint-subject.ts';

const WORD = '[a-z][a-z0-9_]*';
const MODULE = new RegExp(`^${WORD}$`);
const ATTRIBUTE = new RegExp(`^${WORD}(?:\\.${WORD})*$`);
const SPAN = new RegExp(`^(${WORD})\\.${WORD}\\.${WORD}$`);
/** Recovery belongs to no module: it brings records back into the one they were in. */
const RECOVERY_SPAN = new RegExp(`^recovery\\.${WORD}$`);
const SPAN_EVENT = new RegExp(`^${WORD}(?:\\.${WORD})?$`);
const METRIC = new RegExp(`^pipeline\\.(${WORD})\\.${WORD}\\.(counter|updowncounter|gauge|histogram)\\.${WORD}$`);
const EVENT = new RegExp(`^pipeline\\.(${WORD})\\.(${WORD})\\.(log|trace|audit)\\.${WORD}$`);
const ERROR = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

const MAX_ATTRIBUTE = 128;
const MAX_METRIC = 255;

/** Names follow the grammar of their kind and name their own module. */
export function lintNames(module: string, tables: RegistryTables, report: Report): void {
	if (!MODULE.test(module)) report('module-name', module, `a module is called ${MODULE.source}`);
	for (const name of Object.keys(tables.attributes ?? {})) {
		if (!ATTRIBUTE.test(name) || name.length > MAX_ATTRIBUTE) {
			report('attribute-name', name, `a key is ${ATTRIBUTE.source}, at most ${MAX_ATTRIBUTE} characters`);
		}
	}
	for (const name of Object.keys(tables.spans ?? {})) {
		if (SPAN.exec(name)?.[1] !== module && !(module === 'integration' && RECOVERY_SPAN.test(name))) {
			report('span-name', name, `a span is called ${module}.<component>.<operation>`);
		}
	}
	for (const name of Object.keys(tables.spanEvents ?? {})) {
		if (!SPAN_EVENT.test(name)) report('span-event-name', name, `a span event is called ${SPAN_EVENT.source}`);
	}
	for (const [name, { kind }] of Object.entries(tables.metrics ?? {})) {
		const [, owner, type] = METRIC.exec(name) ?? [];
		if (owner !== module || type !== kind.replace('observable_', '') || name.length > MAX_METRIC) {
			const expected = `pipeline.${module}.<component>.${kind.replace('observable_', '')}.<name>`;
			report('metric-name', name, `a metric of this kind is called ${expected}, at most ${MAX_METRIC} characters`);
		}
	}
	for (const [name, { type }] of Object.entries(tables.events ?? {})) {
		lintEventName(module, name, type.toLowerCase(), report);
	}
	for (const name of Object.keys(tables.errors ?? {})) {
		if (!ERROR.test(name)) report('error-code', name, `an error code is ${ERROR.source}`);
	}
}

function lintEventName(module: string, name: string, type: string, report: Report): void {
	const [, owner, component = '', segment] = EVENT.exec(name) ?? [];
	if (owner !== module || segment !== type) {
		report('event-name', name, `an event of this type is called pipeline.${module}.<component>.${type}.<event>`);
		return;
	}
	const components = (COMPONENTS as Readonly<Record<string, readonly string[]>>)[module.toUpperCase()];
	if (components !== undefined && !components.includes(component)) {
		report('event-component', name, `${component} is no component of ${module}`);
	}
}

const KINDS = ['attributes', 'spans', 'spanEvents', 'metrics', 'events', 'errors'] as const;

/**
 * Each name is given once. Error codes are the exception: two modules may report the same error, each with a log of its own.
 */
export function lintUniqueness(subject: TablesByModule, context: TablesByModule, report: Report): void {
	for (const kind of KINDS) {
		const owners = new Map<string, string>();
		for (const [module, tables] of Object.entries(context)) {
			for (const name of Object.keys(tables[kind] ?? {})) owners.set(name, module);
		}
		for (const [module, tables] of Object.entries(subject)) {
			const names = Object.keys(tables[kind] ?? {});
			if (names.length > TABLE_SIZE) report('table-size', module, `at most ${TABLE_SIZE} ${kind}, not ${names.length}`);
			for (const name of names) {
				const owner = owners.get(name);
				if (owner !== undefined && kind !== 'errors') report('duplicate-name', name, `${owner} and ${module} have it`);
				owners.set(name, module);
			}
		}
	}
}
