/**
 * What comes of work, or `late` when it takes longer than it may. The process is kept until then: one that ended meanwhile would end as one
 * that waits for something that never happens.
 */
export async function within<T>(work: Promise<T>, timeoutMs: number, late: T): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const over = new Promise<T>((resolve) => {
		timer = setTimeout(resolve, timeoutMs, late);
	});
	return Promise.race([work, over]).finally(() => clearTimeout(timer));
}
