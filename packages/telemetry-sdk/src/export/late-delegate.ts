import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';

const FAILED = 1;

/** A delegate whose code is loaded with the first request: gRPC's takes 3 MB of each thread, and most processes never speak it. */
export class LateDelegate<Request> implements IOtlpExportDelegate<Request> {
	readonly #load: () => Promise<IOtlpExportDelegate<Request>>;
	#loaded: Promise<IOtlpExportDelegate<Request>> | undefined;

	constructor(load: () => Promise<IOtlpExportDelegate<Request>>) {
		this.#load = load;
	}

	/** Requests keep their order. What cannot be loaded fails each of them. */
	export(request: Request, onEnded: Parameters<IOtlpExportDelegate<Request>['export']>[1]): void {
		this.#loaded ??= this.#load();
		this.#loaded
			.then((delegate) => delegate.export(request, onEnded))
			.catch((error: Error) => onEnded({ code: FAILED, error }));
	}

	async forceFlush(): Promise<void> {
		await (await this.#loaded)?.forceFlush();
	}

	async shutdown(): Promise<void> {
		await (await this.#loaded)?.shutdown();
	}

	/** Only OpenTelemetry's own exporters call it. */
	setMetrics(): void {}
}
