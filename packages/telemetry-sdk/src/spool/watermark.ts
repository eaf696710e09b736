const TIMEOUT_MS = 5_000;
const MAX_LENGTH = 4_096;

/** Up to which entry a store has a producer's entries for good; undefined when it does not say. */
export async function readWatermark(url: string, producerId: string): Promise<number | undefined> {
	try {
		const response = await fetch(url.replaceAll('{producer}', encodeURIComponent(producerId)), {
			signal: AbortSignal.timeout(TIMEOUT_MS),
			headers: { accept: 'application/json' },
		});
		const text = response.ok ? await response.text() : '';
		if (text.length > MAX_LENGTH) return undefined;
		const { durableSeq } = JSON.parse(text) as { durableSeq?: unknown };
		return Number.isSafeInteger(durableSeq) && (durableSeq as number) >= 0 ? (durableSeq as number) : undefined;
	} catch {
		return undefined;
	}
}
