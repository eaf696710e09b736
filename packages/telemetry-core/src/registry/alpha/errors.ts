import type { ErrorEntry } from '../entries.ts';
import { alphaIntakeErrors } from './errors-intake.ts';
import { alphaOutflowErrors } from './errors-outflow.ts';

/** Error codes of Alpha. Append only: a position is a definition's number. */
export const alphaErrors = {
	...alphaIntakeErrors,
	...alphaOutflowErrors,
} as const satisfies Readonly<Record<string, ErrorEntry>>;
