import { type Metrics, nowMs } from '@pipeline/telemetry-core';
import { COMPONENTS, isModule, type Module, type Severity } from '@pipeline/telemetry-core/schema';
import { metric } from '@pipeline/telemetry-core/telemetry';
import type { DestinationStream, Logger, LoggerOptions, pino } from 'pino';
import { exportLine } from './line-export.ts';
import { DEFAULT_REDACTION, type LineRedaction, lineOf, shownId } from './log-line.ts';
import { RateLimit } from './rate-limit.ts';
import { isExempt, pinoLevel, severityNamed, severityOf } from './severity.ts';

const RATE_LIMITED = metric['pipeline.telemetry.logs.counter.rate_limited_total'];
const DROPPED = metric['pipeline.telemetry.events.counter.events_dropped_total'];
/** Bytes that wait for the terminal or file. */
const MAX_WAITING = 16_777_216;
const BOUND = Symbol('pipeline.bound');
const UNLISTED = 'unlisted';
const NOTHING_BOUND: ReadonlySet<string> = new Set();

export interface ModuleLogsOptions {
	/** Least severe line that is written. */
	readonly level: Severity;
	/** Lines a module may write in a second, twice as many at once; ERROR and CRITICAL come on top. 0: no limit. */
	readonly perSecond: number;
	readonly metrics: Metrics;
	/** Emits each line as an OpenTelemetry log record, too. */
	readonly isExported: boolean;
	/** @default what the event schema forbids */
	readonly redaction?: LineRedaction | undefined;
	/** Where lines go. @default standard output, which is not waited for */
	readonly destination?: DestinationStream | undefined;
	/** Milliseconds, monotonic, for the limit. */
	readonly now?: () => number;
}

/** What all lines of a logger are about. */
export interface LogBindings {
	readonly batchId?: string | undefined;
	readonly correlationId?: string | undefined;
}

/** The process's log: one pino for each component of a module, one line format, one limit for each module. */
export interface ModuleLogs {
	/**
	 * A module's logger. Make one with bindings for each batch, not for each record: a line finds its record by itself, or by `record` in what is
	 * logged. Lines of a component that the module does not have are written as those of `unlisted`, with its name as `log.component`.
	 */
	logger(module: Module, component: string, bindings?: LogBindings): Logger;
	/**
	 * Least severe line that is written, from now on, also by loggers that exist.
	 *
	 * @throws TypeError for what is no severity, in capitals or not; the level stays
	 */
	level: Severity;
	/** Says how many lines were left out, and writes what waits. */
	flush(): void;
}

/** Loads pino. */
export async function createModuleLogs(options: ModuleLogsOptions): Promise<ModuleLogs> {
	return new PinoLogs((await import('pino')).pino, options);
}

class PinoLogs implements ModuleLogs {
	readonly #pino: typeof pino;
	readonly #options: ModuleLogsOptions;
	readonly #destination: DestinationStream;
	readonly #flush: () => void;
	readonly #loggers = new Map<string, Logger>();
	readonly #limits = new Map<Module, RateLimit>();
	#level: Severity;

	constructor(create: typeof pino, options: ModuleLogsOptions) {
		this.#pino = create;
		this.#options = options;
		this.#level = options.level;
		const { destination, flush } = this.#openDestination();
		this.#flush = flush;
		this.#destination = this.#guarded(destination);
	}

	get level(): Severity {
		return this.#level;
	}

	set level(severity: Severity) {
		this.#level = severityNamed(severity);
		// Children have no level of their own, so they follow.
		for (const logger of this.#loggers.values()) logger.level = pinoLevel(this.#level);
	}

	logger(module: Module, component: string, { batchId, correlationId = batchId }: LogBindings = {}): Logger {
		const isListed = isModule(module) && COMPONENTS[module].includes(component);
		const root = isListed
			? this.#root(module, component)
			: this.#root(isModule(module) ? module : 'TELEMETRY', UNLISTED);
		if (isListed && batchId === undefined && correlationId === undefined) return root;
		const { redaction = DEFAULT_REDACTION } = this.#options;
		return root.child({
			...(isListed ? {} : { 'log.component': redaction.text(`${module}.${component}`) }),
			...(correlationId === undefined ? {} : { correlation_id: shownId(redaction, 'correlation_id', correlationId) }),
			...(batchId === undefined ? {} : { batch_id: shownId(redaction, 'batch_id', batchId) }),
		});
	}

	flush(): void {
		for (const limit of this.#limits.values()) limit.summarise();
		try {
			this.#flush();
		} catch {
			this.#countLost();
		}
	}

	#root(module: Module, component: string): Logger {
		const known = this.#loggers.get(`${module}.${component}`);
		if (known !== undefined) return known;
		const created = this.#pino(this.#pinoOptions(module, component), this.#destination);
		this.#loggers.set(`${module}.${component}`, created);
		return created;
	}

	#pinoOptions(module: Module, component: string): LoggerOptions {
		const { redaction = DEFAULT_REDACTION } = this.#options;
		const writer = { prefix: `pipeline.${module.toLowerCase()}.${component}.log.`, redaction };
		const limit = this.#limitOf(module);
		return {
			level: pinoLevel(this.#level),
			base: { module, component },
			messageKey: 'message',
			timestamp: () => `,"timestamp":"${timestamp(nowMs())}"`,
			formatters: { level: (_label, number) => ({ level: severityOf(number) }) },
			hooks: {
				logMethod(args, method, level) {
					if (!limit.admits(severityOf(level))) return;
					const bound = (this as { readonly [BOUND]?: ReadonlySet<string> })[BOUND] ?? NOTHING_BOUND;
					const { fields, message } = lineOf(writer, args, bound);
					method.call(this, fields, message);
				},
			},
			onChild(child) {
				Object.defineProperty(child, BOUND, { value: new Set(Object.keys(child.bindings())) });
			},
		};
	}

	#limitOf(module: Module): RateLimit {
		const known = this.#limits.get(module);
		if (known !== undefined) return known;
		const { perSecond, metrics, now } = this.#options;
		const attributes = { 'pipeline.origin_module': module };
		const created = new RateLimit({
			perSecond,
			isExempt,
			now,
			onDropped: () => metrics.bind(RATE_LIMITED, attributes).add(1),
			onSummary: (dropped) =>
				this.#root('TELEMETRY', 'logs').warn(
					{ event: 'rate_limited', 'pipeline.origin_module': module, 'pipeline.count': dropped },
					'%d lines of %s were left out',
					dropped,
					module,
				),
		});
		this.#limits.set(module, created);
		return created;
	}

	#openDestination(): { readonly destination: DestinationStream; readonly flush: () => void } {
		const { destination } = this.#options;
		if (destination !== undefined) return { destination, flush() {} };
		const opened = this.#pino.destination({ fd: 1, sync: false, maxLength: MAX_WAITING });
		const lost = () => this.#countLost();
		opened.on('drop', lost);
		opened.on('error', lost);
		return { destination: opened, flush: () => opened.flush() };
	}

	/** A module's line is never its fault: what cannot be written is counted. */
	#guarded(destination: DestinationStream): DestinationStream {
		const { isExported } = this.#options;
		return {
			write: (line) => {
				try {
					destination.write(line);
					if (isExported) exportLine(line);
				} catch {
					this.#countLost();
				}
			},
		};
	}

	#countLost(): void {
		this.#options.metrics.bind(DROPPED, { 'pipeline.signal': 'LOGS', 'pipeline.reason': 'EXPORT_FAILED' }).add(1);
	}
}

/** With microseconds, as event schemas have it. */
function timestamp(ms: number): string {
	const micros = Math.floor((ms % 1) * 1_000);
	return `${new Date(ms).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
