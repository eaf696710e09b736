import { diag } from '@opentelemetry/api';

/** What has to be put back when telemetry is switched off, or could not be switched on. */
export class Undoing {
	readonly #steps: (() => void)[] = [];

	add(step: () => void): void {
		this.#steps.push(step);
	}

	/** The newest first, each once. One that throws does not keep the others. */
	run(): void {
		for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
			try {
				step();
			} catch (error) {
				diag.error('@pipeline/telemetry-sdk: something was not put back', error);
			}
		}
	}
}
