import { register as registerLoader } from 'node:module';
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';

/**
 * Switches an instrumentation on before the application is loaded: from `node --import` for ES modules, from `--require` for CommonJS. The
 * SDK may be registered before or after.
 */
export function registerInstrumentation(instrumentation: Instrumentation): void {
	// Only ES modules need the loader, and its thread costs start-up time: the CommonJS build goes without.
	if (!import.meta.url.endsWith('.cjs')) registerLoader('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
	registerInstrumentations({ instrumentations: [instrumentation] });
}
