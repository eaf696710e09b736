import type { ErrorEntry } from '../entries.ts';
import { gammaIntakeErrors } from './errors-intake.ts';
import { gammaOutflowErrors } from './errors-outflow.ts';

/** Error codes of Gamma. Append only: a position is a definition's number. */
export const gammaErrors = {
	...gammaIntakeErrors,
	...gammaOutflowErrors,
} as const satisfies Readonly<Record<string, ErrorEntry>>;
