import { UNKNOWN_FAILURE } from './edge.ts';

/** The code of an error of ours; the unknown code for any other. */
export function codeOf(error: unknown): string {
	if (!(error instanceof Error) || !('code' in error)) return UNKNOWN_FAILURE;
	return typeof error.code === 'string' ? error.code : UNKNOWN_FAILURE;
}

/** What an error says. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
