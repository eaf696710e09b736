import { event } from '@pipeline/telemetry-core/alpha';
import { AuditSpool } from '../../src/spool/audit-spool.ts';

// Writes events and ends at once, as a process does that nobody told to flush.

const [, , path = ''] = process.argv;
const spool = new AuditSpool({ path, resource: { attributes: {} } });
while (spool.state.diskBytes === 0 && spool.state.durable === 0) {
	// The thread is up.
	spool.event(event['pipeline.alpha.trace.trace.completed'], {});
	await spool.flush(5_000);
}
for (let count = 1; count < 500; count++) spool.event(event['pipeline.alpha.trace.trace.completed'], {});
process.exit(3);
