import { registerHooks } from 'node:module';
import { entryFile } from './entry-file.ts';
import type { pipelineSubject } from './pipeline-subject.ts';

const COPY = '?plain';
const MODULES = ['@pipeline/alpha', '@pipeline/beta', '@pipeline/gamma', '@pipeline/integration-layer'];
const COPIED = new Set([...MODULES, '@pipeline/model']);

/**
 * The same subject on a second copy of the modules in this process, which nothing has instrumented.
 *
 * @throws Error when a module was not copied
 */
export async function plainPipelineSubject(): Promise<typeof pipelineSubject> {
	const copied = new Set<string>();
	registerHooks({
		resolve(specifier, context, next) {
			const resolved = next(specifier, context);
			const isInside = context.parentURL?.endsWith(COPY) === true;
			if (!isInside || !(specifier.startsWith('.') || COPIED.has(specifier))) return resolved;
			copied.add(specifier);
			return { ...resolved, url: resolved.url + COPY };
		},
	});
	const { pipelineSubject: subject } = (await import(
		entryFile(new URL('./pipeline-subject.ts', import.meta.url)).href + COPY
	)) as typeof import('./pipeline-subject.ts');
	const missing = MODULES.filter((name) => !copied.has(name));
	if (missing.length > 0) throw new Error(`not copied: ${missing.join(', ')}`);
	return subject;
}
