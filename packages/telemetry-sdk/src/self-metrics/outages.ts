import { redactText } from '@pipeline/telemetry-core/redaction';

/** Between two lines about one outage. */
const REMIND_AFTER_MS = 300_000;
const MAX_REASON = 200;
/** What a terminal may obey: receivers say what they like. */
const OBEYED = /[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const MS_PER_S = 1_000;

/** Something that is to arrive, and what becomes of it while it does not. */
export interface OutageSubject {
	/** `traces are not exported to https://collector:4318/v1/traces`: said with the reason behind it. */
	readonly failing: string;
	/** `traces are exported again`. */
	readonly working: string;
	/** What happens to the data meanwhile. */
	readonly meanwhile: string;
}

export interface OutageOptions {
	/** Takes a line. */
	readonly say: (line: string) => void;
	/** Milliseconds, monotonic. */
	readonly now: () => number;
}

/** Says in one line that something does not arrive, again every five minutes while that lasts, and once when it arrives again. */
export class Outage {
	readonly #subject: OutageSubject;
	readonly #options: OutageOptions;
	#sinceMs: number | undefined;
	#saidMs = 0;
	#reason = '';
	#lost = 0;

	constructor(subject: OutageSubject, options: OutageOptions) {
		this.#subject = subject;
		this.#options = options;
	}

	/** It did not arrive. */
	failed(error: unknown): void {
		this.#reason = reasonOf(error);
		if (this.#sinceMs !== undefined) return;
		this.#sinceMs = this.#options.now();
		this.#saidMs = this.#sinceMs;
		const { failing, meanwhile } = this.#subject;
		this.#options.say(`${failing}: ${this.#reason}; ${meanwhile}`);
	}

	/** It arrived. */
	worked(): void {
		if (this.#sinceMs === undefined) return;
		this.#options.say(`${this.#subject.working}, after ${this.#seconds()} s${this.#losses()}`);
		this.#sinceMs = undefined;
		this.#lost = 0;
	}

	/** Items will never arrive. */
	lost(items: number): void {
		if (this.#sinceMs !== undefined) this.#lost += items;
	}

	/** To be called every now and then: says what lasts. */
	remind(): void {
		if (this.#sinceMs === undefined || this.#options.now() - this.#saidMs < REMIND_AFTER_MS) return;
		this.#saidMs = this.#options.now();
		this.#options.say(`${this.#subject.failing}, for ${this.#seconds()} s now: ${this.#reason}${this.#losses()}`);
	}

	#seconds(): number {
		return Math.round((this.#options.now() - (this.#sinceMs ?? 0)) / MS_PER_S);
	}

	#losses(): string {
		return this.#lost === 0 ? '; nothing was lost' : `; ${this.#lost} were lost`;
	}
}

/** All that may fail to arrive from this process. */
export class Outages {
	readonly #options: OutageOptions;
	readonly #outages: Outage[] = [];

	constructor(options: OutageOptions) {
		this.#options = options;
	}

	add(subject: OutageSubject): Outage {
		const outage = new Outage(subject, this.#options);
		this.#outages.push(outage);
		return outage;
	}

	/** Says what lasts. */
	remind(): void {
		for (const outage of this.#outages) outage.remind();
	}
}

/** Where requests go, without users, passwords and keys. */
export function shownEndpoint(url: string): string {
	if (!URL.canParse(url)) return redactText(url, { keepsAddresses: true });
	const { protocol, host, pathname } = new URL(url);
	return redactText(host === '' ? `${protocol}${pathname}` : `${protocol}//${host}${pathname}`, {
		keepsAddresses: true,
	});
}

/** Code and message in one line. An address in it is that of the receiver. */
function reasonOf(error: unknown): string {
	const { code, message } = (typeof error === 'string' ? { message: error } : (error ?? {})) as {
		readonly code?: unknown;
		readonly message?: unknown;
	};
	const text = typeof message === 'string' ? message : '';
	const parts = code === undefined || text.includes(String(code)) ? [text] : [String(code), text];
	const line = parts.join(' ').replace(/\s+/g, ' ').trim();
	const shown = redactText(line, { keepsAddresses: true }).replace(OBEYED, ' ').trim();
	return shown.slice(0, MAX_REASON) || 'no reason given';
}
