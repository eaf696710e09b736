import * as api from '@opentelemetry/api';
import type { LoggerLike } from '../opentelemetry/event-sink.ts';

interface LogsApi {
	getLoggerProvider(): { getLogger(name: string, version?: string): LoggerLike };
}

// Read off the namespace: the API of the 2.x line has no `logs`, and a named import would not even link.
const logs = (): LogsApi | undefined => (api as { readonly logs?: LogsApi }).logs;

/**
 * An instrumentation's logger, also when the SDK is registered after it: until then its own is a placeholder, which never comes to life
 * when the SDK has another build of the API (import here, require there).
 */
export class ModuleLogger {
	readonly #name: string;
	readonly #version: string;
	#provider = logs()?.getLoggerProvider();
	#late: LoggerLike | undefined;

	constructor(name: string, version: string) {
		this.#name = name;
		this.#version = version;
	}

	/** @param own what the instrumentation's base class holds */
	current(own: LoggerLike): LoggerLike {
		const provider = logs()?.getLoggerProvider();
		if (provider !== this.#provider) {
			this.#provider = provider;
			this.#late = provider?.getLogger(this.#name, this.#version);
		}
		return this.#late ?? own;
	}

	/** A provider was given explicitly: the instrumentation's own logger counts from now on. */
	useOwn(): void {
		this.#provider = logs()?.getLoggerProvider();
		this.#late = undefined;
	}
}
