import assert from 'node:assert/strict';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { type BenchSubject, planSize, runBench } from '@pipeline/bench';
import { SpanEncoder } from '../src/encoding/span-encoder.ts';
import { createRedaction, type Redaction } from '../src/redaction/index.ts';
import { decodeOtlp } from '../test/encoding/decode-otlp.ts';
import { sdkSpans } from '../test/encoding/sdk-spans.ts';
import { COMMON, context, scopeOf } from '../test/encoding/twin-journal.ts';
import { STAGES, typicalJournal } from './typical-journal.ts';

const REDACTION = { keys: [{ id: 'k1', secret: 'only for this bench' }] };
const RESOURCE = { 'service.name': 'pipeline-alpha' };
/** Records of one request: 504 spans. */
const RECORDS = 36;

// `--stage-texts`: no text is repeated on every span, so that copying what spans have in common pays least.
const texts = process.argv.includes('--stage-texts') ? 'stage' : 'record';
const twins = Array.from({ length: RECORDS }, (_, sequence) => typicalJournal(sequence, texts));
const journals = twins.map((twin) => twin.writer.words());
const sdk = sdkSpans(
	twins.flatMap((twin) => twin.spans('standard')),
	RESOURCE,
);

/** Makes requests of 36 records until it has made as many as it was told to. */
function encoding(
	encode: () => { readonly spans: number; readonly bytes: Uint8Array },
	verify = isLikeSdk,
): BenchSubject {
	let spans = 0;
	let last = encode();
	return {
		run: (records) => {
			for (let record = 0; record < records; record += RECORDS) {
				last = encode();
				spans += last.spans;
			}
		},
		verify: (records) => {
			assert.equal(spans, records * STAGES);
			verify(last.bytes);
			spans = 0;
		},
	};
}

function isLikeSdk(bytes: Uint8Array): void {
	assert.deepEqual(decodeOtlp(bytes), decodeOtlp(serialise().bytes));
}

/** The tenant is a hash, everything else as it was. */
function isRedacted(bytes: Uint8Array): void {
	const encoded = Buffer.from(bytes).toString('latin1');
	assert.match(encoded, /0199a5c4-7f3e-7abc-8def-000000000035/);
	assert.equal(encoded.includes('[REDACTED'), false);
	if (texts === 'record') assert.match(encoded, /k1:[0-9a-f]{16}/);
}

function serialise(): { readonly spans: number; readonly bytes: Uint8Array } {
	return { spans: sdk.length, bytes: ProtobufTraceSerializer.serializeRequest(sdk) ?? new Uint8Array(0) };
}

function fromJournals(redaction?: Redaction): () => { readonly spans: number; readonly bytes: Uint8Array } {
	const encoder = new SpanEncoder({ attributes: COMMON, scopeOf, resource: { attributes: RESOURCE }, redaction });
	return () => {
		for (const words of journals) encoder.add(words, 0, context);
		return encoder.take() ?? assert.fail('nothing was encoded');
	};
}

await runBench(
	{
		name: 'encoder',
		record: `${STAGES} stages, 10 numbers, 8 texts (of the ${texts}); base: the SDK's serialiser, spans ready`,
		base: () => encoding(serialise),
		modes: {
			'from journals': () => encoding(fromJournals()),
			'from journals, redacted': () => encoding(fromJournals(createRedaction(REDACTION)), isRedacted),
		},
		recordsPerBatch: RECORDS * 10,
		latencyRecords: 0,
	},
	import.meta.url,
	planSize(),
);
