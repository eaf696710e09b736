import type { Instrumentation } from '@opentelemetry/instrumentation';

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
	const off = instrumentations.filter((instrumentation) => {
		// Only those of modules have one.
		if (!('binding' in instrumentation)) return false;
		const name = NAME.exec(instrumentation.instrumentationName)?.[1] ?? instrumentation.instrumentationName;
		return !modules.some((module) => name === module || name.startsWith(`${module}-`));
	});
	for (const instrumentation of off) instrumentation.disable();
	return () => {
		for (const instrumentation of off) instrumentation.enable();
	};
}
