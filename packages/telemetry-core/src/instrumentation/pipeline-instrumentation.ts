import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import {
	InstrumentationBase,
	type InstrumentationConfig,
	InstrumentationNodeModuleDefinition,
} from '@opentelemetry/instrumentation';
import { openTelemetry, type Scope } from '../opentelemetry/backend.ts';
import type { LoggerLike } from '../opentelemetry/event-sink.ts';
import { isSwitchedOn } from '../runtime/switches.ts';
import { telemetry } from '../runtime/telemetry.ts';
import { warnOfDuplicateApi } from './duplicate-api.ts';
import { ModuleLogger } from './module-logger.ts';
import type { Callable, Operation, Patch, Target } from './operation.ts';
import { Patcher, type PatchReport } from './patcher.ts';

/** The module an instrumentation is for, and how its operations are called there. */
export interface ModuleBinding {
	/** Package name to patch when it is loaded. */
	readonly module: string;
	/** Version ranges of that package; `*` for any. */
	readonly supportedVersions: readonly string[];
}

export interface PipelineInstrumentationConfig<B extends ModuleBinding = ModuleBinding> extends InstrumentationConfig {
	/** The team's own module in place of the reference module. */
	readonly binding?: B;
}

/** What a subclass says about itself. */
export interface InstrumentationDescription<B extends ModuleBinding> {
	readonly scope: Scope;
	/** Registry base of the module that it speaks for. */
	readonly base: number;
	readonly defaultBinding: B;
	/** Called once for each configuration, before fields of the subclass exist: a function of its arguments alone. What it makes, all operations share. */
	readonly patches: (binding: B, config: object) => readonly Patch[];
}

// A class, not a literal with getters: those all have shapes of their own, and the wrappers ask every operation in the same place.
class InstrumentedOperation implements Operation {
	readonly name: string;
	readonly #base: number;
	readonly #instrumentation: InstrumentationBase;

	constructor(name: string, base: number, instrumentation: InstrumentationBase) {
		this.name = name;
		this.#base = base;
		this.#instrumentation = instrumentation;
	}

	get isEnabled(): boolean {
		return telemetry.source !== 'none' && isSwitchedOn(this.#base) && this.isInstalled;
	}

	get isInstalled(): boolean {
		return this.#instrumentation.isEnabled();
	}
}

/**
 * Base of the instrumentations: patching by hook or by `instrument`, unpatching, the start-up report, and the process's OpenTelemetry
 * backend. Subclasses give data.
 */
export abstract class PipelineInstrumentation<
	B extends ModuleBinding = ModuleBinding,
	C extends PipelineInstrumentationConfig<B> = PipelineInstrumentationConfig<B>,
> extends InstrumentationBase<C> {
	// `declare`, not fields: the base constructor calls init() and enable() first, and an initialiser would erase what they stored.
	declare private description: InstrumentationDescription<B>;
	declare private made: { readonly config: object; readonly patches: readonly Patch[] } | undefined;
	declare private patcher: Patcher | undefined;
	declare private reported: PatchReport | undefined;
	declare private given: Set<unknown> | undefined;
	declare private moduleLogger: ModuleLogger;

	constructor(description: InstrumentationDescription<B>, config: C = {} as C) {
		super(description.scope.name, description.scope.version, { ...config, description } as C & {
			description: unknown;
		});
		this.description = description;
		const { name, version } = description.scope;
		const moduleLogger = new ModuleLogger(name, version);
		this.moduleLogger = moduleLogger;
		openTelemetry().addScope(description.base, description.scope, () =>
			moduleLogger.current(this.logger as unknown as LoggerLike),
		);
		warnOfDuplicateApi();
	}

	protected override init(): InstrumentationNodeModuleDefinition[] {
		const { module, supportedVersions } = this.binding;
		return [
			new InstrumentationNodeModuleDefinition(
				module,
				[...supportedVersions],
				(exports) => {
					this.patch(exports);
					return exports;
				},
				() => this.patcher?.undo(),
			),
		];
	}

	/** How the instrumented module calls its operations. */
	get binding(): B {
		return this.getConfig().binding ?? this.describe().defaultBinding;
	}

	/**
	 * Patches a module that the import hooks cannot reach: bundled, symlinked, or loaded before.
	 *
	 * @param exports what `import * as module` or `require` gives
	 * @returns which operations were patched, and what will not be seen of the others
	 */
	instrument(exports: unknown): PatchReport {
		this.given ??= new Set();
		this.given.add(exports);
		return this.isEnabled() ? this.patch(exports) : { patched: [], missing: [] };
	}

	/**
	 * The operations as plain wrappers, for modules without classes: `wrap('parse', decode)` is `decode`, followed.
	 *
	 * @param operation its name in the binding
	 * @throws TypeError when the binding does not have it
	 */
	wrap<F extends Callable>(operation: string, call: F): F {
		const bound = (this.binding as unknown as Readonly<Record<string, unknown>>)[operation];
		const patch = this.patches().find(({ target }) => target !== undefined && target === bound);
		if (patch === undefined)
			throw new TypeError(`unknown operation ${operation}; the binding has: ${this.operationNames().join(', ')}`);
		return patch.wrap(call, this.operation(operation)) as F;
	}

	/** Where the bound operations are found. */
	get targets(): readonly Target[] {
		return this.patches().flatMap(({ target }) => (target === undefined ? [] : [target]));
	}

	/** What was patched and what is missing, once a module was seen. */
	get report(): PatchReport | undefined {
		return this.reported;
	}

	override enable(): void {
		super.enable();
		for (const exports of this.given ?? []) this.patch(exports);
	}

	override disable(): void {
		super.disable();
		this.patcher?.undo();
	}

	override setTracerProvider(provider: TracerProvider): void {
		super.setTracerProvider(provider);
		openTelemetry().setTracerProvider(provider);
	}

	override setMeterProvider(provider: MeterProvider): void {
		super.setMeterProvider(provider);
		openTelemetry().setMeterProvider(provider);
	}

	override setLoggerProvider(provider: Parameters<InstrumentationBase['setLoggerProvider']>[0]): void {
		super.setLoggerProvider(provider);
		this.moduleLogger.useOwn();
	}

	private operation(name: string): Operation {
		return new InstrumentedOperation(name, this.describe().base, this);
	}

	private operationNames(): string[] {
		const targets = new Set<unknown>(this.targets);
		return Object.entries(this.binding).flatMap(([name, bound]) => (targets.has(bound) ? [name] : []));
	}

	/** Operations know of each other, also those that are wrapped one by one. */
	private patches(): readonly Patch[] {
		const config = this.getConfig();
		if (this.made?.config !== config) this.made = { config, patches: this.describe().patches(this.binding, config) };
		return this.made.patches;
	}

	private patch(exports: unknown): PatchReport {
		// The SDK may have been registered since this was constructed.
		warnOfDuplicateApi();
		openTelemetry().followProviders();
		this.patcher ??= new Patcher(this.patches(), (name) => this.operation(name));
		const report = this.patcher.apply(exports);
		if (this.reported === undefined) this.say(report);
		this.reported = report;
		return report;
	}

	private say({ patched, missing }: PatchReport): void {
		const { module } = this.binding;
		this._diag.info(`${module}: ${patched.length} operations followed`);
		if (missing.length === 0) return;
		const lines = missing.map(({ operation, sees }) => `${operation} (not seen: ${sees})`);
		const message = `${module}: ${missing.length} operations are not bound: ${lines.join('; ')}`;
		if (patched.length === 0) this._diag.warn(message);
		else this._diag.info(message);
	}

	/** Reachable before the subclass constructor has run, because it travels in the configuration. */
	private describe(): InstrumentationDescription<B> {
		return (
			this.description ?? (this.getConfig() as unknown as { description: InstrumentationDescription<B> }).description
		);
	}
}
