import type { SourceAdapter } from '@pipeline/model';

/** A source without records: it keeps a module running until it is told that there is nothing more to do. */
export class IdleSource implements SourceAdapter {
	readonly sourceId: string;
	readonly sourceType = 'FILE';
	readonly #ended = Promise.withResolvers<void>();

	constructor(name: string) {
		this.sourceId = `FILE:${name}`;
	}

	async connect(): Promise<void> {}

	async disconnect(): Promise<void> {}

	/** Waits for {@link end}. */
	async fetch(): Promise<never[]> {
		await this.#ended.promise;
		return [];
	}

	end(): void {
		this.#ended.resolve();
	}

	async acknowledge(): Promise<void> {}

	getMetrics(): Readonly<Record<string, number>> {
		return {};
	}

	async healthCheck(): ReturnType<SourceAdapter['healthCheck']> {
		return { componentName: this.sourceId, status: 'HEALTHY', message: '', lastCheck: new Date().toISOString() };
	}
}
