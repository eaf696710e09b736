import { apiProblem } from '../server/problem.ts';

/** Both bounds or none. @throws Problem 400 */
export function timeRangeOf(
	from: string | undefined,
	to: string | undefined,
): { readonly timeRange?: { readonly from: string; readonly to: string } } {
	if (from === undefined && to === undefined) return {};
	if (from === undefined || to === undefined) {
		throw apiProblem(400, 'REQUEST_INVALID', 'Give both from and to, or neither.');
	}
	return { timeRange: { from, to } };
}
