/**
 * Waits until so many groups are on disk, and lets nothing else run meanwhile: for a process that ends now.
 *
 * @param written one word: groups that are
 */
export function waitForDisk(written: Int32Array, groups: number, timeoutMs: number): void {
	const deadline = performance.now() + timeoutMs;
	for (let left = timeoutMs; left > 0; left = deadline - performance.now()) {
		const now = Atomics.load(written, 0);
		if (now >= groups) return;
		Atomics.wait(written, 0, now, left);
	}
}
