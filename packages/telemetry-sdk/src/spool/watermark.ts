const TIMEOUT_MS = 5_000;
/** The answer has some 30; of a longer one no more is read. */
const MAX_BYTES = 4_096;

/** Whom to ask what a store has for good. */
export interface WatermarkSource {
	/** With `{producer}` in it; answers `{ "durableSeq": n }`. */
	readonly url: string;
	/** Sent with the question: authentication, most often. */
	readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Up to which entry a store has a producer's entries for good; undefined when it does not say. */
export async function readWatermark(
	{ url, headers }: WatermarkSource,
	producerId: string,
): Promise<number | undefined> {
	try {
		const response = await fetch(url.replaceAll('{producer}', encodeURIComponent(producerId)), {
			signal: AbortSignal.timeout(TIMEOUT_MS),
			headers: { ...headers, accept: 'application/json' },
			// Whoever is named instead is not who was meant to get the headers.
			redirect: 'error',
		});
		const text = response.ok ? await beginningOf(response) : '';
		const { durableSeq } = JSON.parse(text) as { durableSeq?: unknown };
		return Number.isSafeInteger(durableSeq) && (durableSeq as number) >= 0 ? (durableSeq as number) : undefined;
	} catch {
		return undefined;
	}
}

async function beginningOf({ body }: Response): Promise<string> {
	const parts: Uint8Array[] = [];
	let bytes = 0;
	for await (const part of body ?? []) {
		parts.push(part);
		bytes += part.length;
		if (bytes > MAX_BYTES) return '';
	}
	return Buffer.concat(parts).toString();
}
