import type { Instrumentation } from '@opentelemetry/instrumentation';
import { shown } from '../settings/setting-error.ts';

/** Names of the modules that there are, whether they are instrumented in this process or not. */
const KNOWN = ['alpha', 'beta', 'gamma', 'epsilon', 'phi', 'integration', 'integration-layer'];
const NAME = /instrumentation-([a-z0-9_-]+)$/;

/**
 * Switches off the instrumentations of modules that are not to be followed. Those of libraries stay as they are.
 *
 * @param modules names such as `alpha`, `integration`; undefined: all
 * @returns switches them on again
 */
export function limitToModules(
	instrumentations: readonly Instrumentation[],
	modules: readonly string[] | undefined,
): () => void {
	if (modules === undefined) return () => {};
	const off = instrumentations.filter((one) => {
		const name = moduleOf(one);
		return name !== undefined && !modules.some((module) => isOf(name, module));
	});
	for (const instrumentation of off) instrumentation.disable();
	return () => {
		for (const instrumentation of off) instrumentation.enable();
	};
}

/** What is wrong with the modules that are to be followed: a line for each that is none. */
export function unknownModules(
	instrumentations: readonly Instrumentation[],
	modules: readonly string[] | undefined,
): readonly string[] {
	if (modules === undefined) return [];
	const known = [...new Set([...KNOWN, ...instrumentations.flatMap((one) => moduleOf(one) ?? [])])];
	return modules
		.filter((module) => !known.some((name) => isOf(name, module)))
		.map((module) => `modules: ${shown(module)} is no module and switches nothing on; known: ${known.join(', ')}`);
}

/** The module that an instrumentation is for; undefined for one of a library. */
function moduleOf(instrumentation: Instrumentation): string | undefined {
	// Only those of modules have one.
	if (!('binding' in instrumentation)) return undefined;
	return NAME.exec(instrumentation.instrumentationName)?.[1] ?? instrumentation.instrumentationName;
}

const isOf = (name: string, module: string) => name === module || name.startsWith(`${module}-`);
