import { logsRequestJson } from '../../src/export/otlp-json.ts';

/** Entries in a request, by their numbers. */
export function seqsIn(body: Buffer): number[] {
	const seqs = JSON.stringify(logsRequestJson(body)).matchAll(
		/"audit\.producer_seq","value":\{"(?:stringValue|intValue)":"(\d+)"/g,
	);
	return [...new Set([...seqs].map(([, seq]) => Number(seq)))].sort((a, b) => a - b);
}
