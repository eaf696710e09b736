import { ENTRY_STAGE, StageStatus } from '@pipeline/telemetry-core';
import { event, span } from '@pipeline/telemetry-core/alpha';
import { createFlightRecorder } from '../../src/recorder/flight-recorder.ts';
import { AuditSpool } from '../../src/spool/audit-spool.ts';

// Writes receipts until it is killed, and says how many of them are durable.

const [, , path = ''] = process.argv;
const spool = new AuditSpool({ path, segmentBytes: 65_536, checkpointEveryMs: 50, resource: { attributes: {} } });
const recorder = createFlightRecorder({
	slots: 16,
	onName: (id, name) => spool.define(id, name),
	identity: { onEpoch: (keys) => spool.epoch(keys) },
	projection: () => ({ record: (words, at) => spool.receipt(words, at), spans: () => {} }),
});

function record(): void {
	const journal = recorder.begin(span['alpha.record.ingest'], {});
	recorder.lap(journal, span['alpha.parser.parse'], ENTRY_STAGE, StageStatus.UNSET);
	recorder.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	recorder.finish(journal, ENTRY_STAGE, 'DELIVERED', event['pipeline.alpha.trace.trace.completed']);
}

let said = 0;
setInterval(() => {
	for (let count = 0; count < 200; count++) record();
	const { durable } = spool.state;
	if (durable > said) process.stdout.write(`${durable}\n`);
	said = durable;
}, 1);
