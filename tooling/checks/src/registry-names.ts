import type { Finding } from './finding.ts';
import { REGISTRY_MODULES, registryTables } from './registry.ts';
import { textLiterals } from './source-text.ts';
import { packageFolders, textOf, typeScriptUnder } from './tree.ts';

const MODULES = REGISTRY_MODULES.join('|');

/** `pipeline.alpha.parser.counter.records_parsed_total`: a metric or an event. */
const METRIC_OR_EVENT = new RegExp(`^pipeline\\.(?:${MODULES})(?:\\.[a-z][a-z0-9_]*){2,}$`);
/** `alpha.parser.parse`: a span. */
const SPAN = new RegExp(`^(?:${MODULES})(?:\\.[a-z][a-z0-9_]*){2,}$`);

interface RegisteredNames {
	readonly spans: ReadonlySet<string>;
	readonly others: ReadonlySet<string>;
}

async function registeredNames(root: string): Promise<RegisteredNames> {
	const tables = (await Promise.all(REGISTRY_MODULES.map((module) => registryTables(root, module)))).filter(
		(table) => table !== undefined,
	);
	return {
		spans: new Set(tables.flatMap(({ spans, spanEvents }) => [...Object.keys(spans), ...Object.keys(spanEvents)])),
		others: new Set(
			tables.flatMap(({ metrics, events, attributes }) => [
				...Object.keys(metrics),
				...Object.keys(events),
				...Object.keys(attributes),
			]),
		),
	};
}

function problemOf(text: string, names: RegisteredNames): string | undefined {
	if (METRIC_OR_EVENT.test(text) && !names.others.has(text))
		return `"${text}" is no metric, event or attribute of the registry`;
	return SPAN.test(text) && !names.spans.has(text) ? `"${text}" is no span of the registry` : undefined;
}

/** Names that instrumentations write out (`pipeline.alpha.…`, `alpha.parser.parse`) are names of the registry. */
export async function checkRegistryNames(root: string): Promise<readonly Finding[]> {
	const names = await registeredNames(root);
	if (names.spans.size === 0) return [];
	return packageFolders(root)
		.filter((folder) => folder.startsWith('packages/instrumentation-'))
		.flatMap((folder) => typeScriptUnder(root, `${folder}/src`))
		.flatMap((file) =>
			textLiterals(file, textOf(root, file) ?? '').flatMap(({ text, line }) => {
				const message = problemOf(text, names);
				return message === undefined ? [] : [{ file, line, message }];
			}),
		);
}
