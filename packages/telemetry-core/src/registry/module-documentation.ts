import { attribute as alphaAttribute, alphaEntries } from './alpha/index.ts';
import { attribute as betaAttribute, betaEntries } from './beta/index.ts';
import { lookUpAttribute } from './define.ts';
import type { AttributeDef } from './definitions.ts';
import {
	renderAttributes,
	renderErrors,
	renderEvents,
	renderMetrics,
	renderSpanEvents,
	renderSpans,
} from './documentation.ts';
import type { AttributeEntry, ModuleEntries, ModuleName, SpanEventEntry } from './entries.ts';
import { attribute as epsilonAttribute, epsilonEntries } from './epsilon/index.ts';
import { attribute as gammaAttribute, gammaEntries } from './gamma/index.ts';
import { attribute as integrationAttribute, integrationEntries } from './integration/index.ts';
import { attribute as phiAttribute, phiEntries } from './phi/index.ts';
import { attribute as telemetryAttribute, telemetryEntries } from './telemetry/index.ts';

/** Sections that can be generated for a module. */
export type DocumentationSection = 'spans' | 'span-events' | 'metrics' | 'events' | 'errors' | 'attributes';

interface DocumentedModule {
	readonly entries: ModuleEntries & { readonly spanEvents: Readonly<Record<string, SpanEventEntry>> };
	readonly attribute: Readonly<Record<string, AttributeDef>>;
}

const MODULES: Readonly<Record<ModuleName, DocumentedModule>> = {
	alpha: { entries: alphaEntries, attribute: alphaAttribute },
	beta: { entries: betaEntries, attribute: betaAttribute },
	gamma: { entries: gammaEntries, attribute: gammaAttribute },
	epsilon: { entries: epsilonEntries, attribute: epsilonAttribute },
	phi: { entries: phiEntries, attribute: phiAttribute },
	integration: { entries: integrationEntries, attribute: integrationAttribute },
	telemetry: { entries: telemetryEntries, attribute: telemetryAttribute },
};

/** Attributes that spans, span events or metrics of the module carry, by key. */
function usedAttributes({ entries, attribute }: DocumentedModule): Readonly<Record<string, AttributeEntry>> {
	const carriers = [entries.spans, entries.spanEvents, entries.metrics].flatMap((table) => Object.values(table));
	const keys = [...new Set(carriers.flatMap(({ attributes }) => attributes))].sort();
	const used: Record<string, AttributeEntry> = {};
	for (const key of keys) {
		const definition = attribute[key];
		const found = definition === undefined ? undefined : lookUpAttribute(definition);
		if (found !== undefined) used[key] = found.entry;
	}
	return used;
}

const RENDERERS: Readonly<Record<DocumentationSection, (module: DocumentedModule) => string>> = {
	spans: ({ entries }) => renderSpans(entries.spans),
	'span-events': ({ entries }) => renderSpanEvents(entries.spanEvents),
	metrics: ({ entries }) => renderMetrics(entries.metrics),
	events: ({ entries }) => renderEvents(entries.events),
	errors: ({ entries }) => renderErrors(entries.errors),
	attributes: (module) => renderAttributes(usedAttributes(module)),
};

/** True for names that `renderSection` knows. */
export function isDocumentationSection(name: string): name is DocumentationSection {
	return Object.hasOwn(RENDERERS, name);
}

/**
 * One section of a module's README: a Markdown table of what the module may say. To be put between
 * `<!-- generated:SECTION -->` and `<!-- /generated:SECTION -->`, see `replaceGeneratedSections`.
 */
export function renderSection(module: ModuleName, section: DocumentationSection): string {
	return RENDERERS[section](MODULES[module]);
}
