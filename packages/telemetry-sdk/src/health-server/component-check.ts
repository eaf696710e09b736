import {
	type ComponentHealth,
	type HealthFinding,
	type HealthSource,
	type HealthStatus,
	worse,
} from './health-source.ts';

/** Misses in a row after which a component is down. */
const MAX_MISSES = 3;

export interface ComponentCheckOptions {
	readonly deadlineMs: number;
	/** Milliseconds since the Unix epoch. */
	readonly now: () => number;
}

/** One component over time: it gets worse at once, and better when it was found so twice. */
export class ComponentCheck {
	readonly #source: HealthSource;
	readonly #options: ComponentCheckOptions;
	#last: ComponentHealth | undefined;
	#better: HealthStatus | undefined;
	#misses = 0;

	constructor(source: HealthSource, options: ComponentCheckOptions) {
		this.#source = source;
		this.#options = options;
	}

	/** Never rejects, and takes no longer than the deadline. */
	async run(): Promise<ComponentHealth> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<undefined>((resolve) => {
			timer = setTimeout(resolve, this.#options.deadlineMs, undefined).unref();
		});
		// Asked inside of a promise: a check may throw at once.
		const asked = Promise.resolve().then(() => this.#source.check());
		const finding = await Promise.race([asked, late]).catch(() => undefined);
		clearTimeout(timer);
		this.#last = finding === undefined ? this.#missed() : this.#found(finding);
		return this.#last;
	}

	#missed(): ComponentHealth {
		this.#misses++;
		const status = this.#misses >= MAX_MISSES ? 'UNHEALTHY' : 'DEGRADED';
		const { last_check = this.#at(), details } = this.#last ?? {};
		return {
			component_name: this.#source.name,
			status: worse(status, this.#last?.status ?? 'HEALTHY'),
			message: `did not answer ${this.#misses === 1 ? 'once' : `${this.#misses} times in a row`}`,
			last_check,
			...(details === undefined ? {} : { details }),
		};
	}

	#found(finding: HealthFinding): ComponentHealth {
		this.#misses = 0;
		const before = this.#last?.status ?? finding.status;
		const isBetter = worse(before, finding.status) !== finding.status;
		const isStill = isBetter && this.#better !== finding.status;
		this.#better = isStill ? finding.status : undefined;
		return {
			component_name: this.#source.name,
			...finding,
			status: isStill ? before : finding.status,
			last_check: this.#at(),
		};
	}

	#at(): string {
		return new Date(this.#options.now()).toISOString();
	}
}
