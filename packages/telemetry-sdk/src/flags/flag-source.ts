/** Switches instrumentation as a whole. */
export const MASTER_FLAG = 'enable-observability-instrumentation';

/** Share of the records that begin in this process and are followed, 0..100. */
export const PERCENTAGE_FLAG = 'observability-instrumentation-percentage';

/** Switches one module: `enable-observability-instrumentation-alpha`, `…-integration`. */
export const moduleFlag = (module: string): string => `${MASTER_FLAG}-${module}`;

/** Where flags come from. It is asked now and then; nothing that runs per record waits for it. */
export interface FlagSource {
	/** A flag's value; `current` where the flag is not known, or its source is out of order. */
	read<T extends boolean | number>(key: string, current: T): T | Promise<T>;
	/** Calls back when values may have changed, until the returned function is called. */
	onChange(changed: () => void): () => void;
}
