import { trace } from '@opentelemetry/api';

const API = Symbol.for('opentelemetry.js.api.1');

let warned = false;

/**
 * Says loudly, once, when another copy of `@opentelemetry/api` holds the registered provider and this one cannot see it: everything would
 * be silently no-op. As a process warning: the API's own diagnostics are as blind as its tracer, and silent unless switched on.
 */
export function warnOfDuplicateApi(
	warn: (message: string) => void = (message) => process.emitWarning(message, { code: 'PIPELINE_DUPLICATE_API' }),
): boolean {
	const registered = (globalThis as Record<symbol, unknown>)[API] as { version?: string; trace?: unknown } | undefined;
	if (warned || registered?.trace === undefined) return false;
	const seen = trace.getTracerProvider() as { getDelegate?: () => unknown };
	const delegate = seen.getDelegate?.();
	const isBlind = delegate !== undefined && (delegate as object).constructor.name === 'NoopTracerProvider';
	if (!isBlind) return false;
	warned = true;
	warn(
		`two copies of @opentelemetry/api are loaded: a tracer provider is registered with version ${registered.version ?? 'unknown'}, and this copy does not see it. Nothing will be traced. Run "npm ls @opentelemetry/api" and install one version.`,
	);
	return true;
}
