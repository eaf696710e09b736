/** Where an operation is found on a module's exports. */
export interface Target {
	/** Exported class, object or function. */
	readonly export: string;
	/** Method of the class's instances (or of the object). Absent: the export itself is the function. */
	readonly method?: string;
}

/** One wrapped operation, as its wrapper sees it. */
export interface Operation {
	/** `<export>.<method>`, for messages. */
	readonly name: string;
	/** False while the instrumentation is disabled, its module switched off, or telemetry off: the wrapper calls straight through. */
	readonly isEnabled: boolean;
	/** False only while the instrumentation is disabled: what follows a module for long begins all the same while it is switched off. */
	readonly isInstalled: boolean;
}

// biome-ignore lint/complexity/noBannedTypes: a wrapped operation is any callable; wrappers never call it by its own type
export type Callable = Function;

/** Makes the wrapper of one operation. */
export type Wrap = (original: Callable, operation: Operation) => Callable;

/** A wrapper and where it goes. An undefined target is an operation that the binding does not have. */
export interface Patch {
	readonly target: Target | undefined;
	/** What is not seen without it, for the start-up message. */
	readonly sees: string;
	readonly wrap: Wrap;
}
