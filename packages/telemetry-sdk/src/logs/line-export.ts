import { type Attributes, logs, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { isSpanId, isTraceId } from '@pipeline/telemetry-core/propagation';
import { isSeverity, SEVERITY_MAPPINGS } from '@pipeline/telemetry-core/schema';

type Line = Readonly<Record<string, unknown>>;

/** Fields of a line that are native in a log record. */
const NATIVE = new Set([
	'timestamp',
	'level',
	'name',
	'message',
	'trace_id',
	'span_id',
	'trace_flags',
	'module',
	'component',
]);
const RENAMED: Readonly<Record<string, string>> = {
	record_id: 'pipeline.record_id',
	batch_id: 'pipeline.batch_id',
	correlation_id: 'pipeline.correlation_id',
};

/** Emits a written line as an OpenTelemetry log record: what is exported is what was written. */
export function exportLine(text: string): void {
	const line = JSON.parse(text) as Line;
	const { level } = line;
	const severity = isSeverity(level) ? SEVERITY_MAPPINGS[level] : undefined;
	const module = String(line['module']);
	const attributes: Attributes = {
		'pipeline.event.type': 'LOG',
		'pipeline.event.module': module,
		'pipeline.event.component': String(line['component']),
	};
	for (const [key, value] of Object.entries(line)) {
		if (!NATIVE.has(key)) attributes[RENAMED[key] ?? key] = value as string;
	}
	logs.getLogger(`@pipeline/logs-${module.toLowerCase()}`).emit({
		eventName: String(line['name']),
		timestamp: new Date(String(line['timestamp'])),
		severityNumber: severity?.number ?? 0,
		severityText: severity?.text ?? '',
		body: String(line['message']),
		attributes,
		context: contextOf(line),
	});
}

function contextOf({ trace_id: traceId, span_id: spanId, trace_flags: flags }: Line) {
	if (!isTraceId(traceId) || !isSpanId(spanId)) return ROOT_CONTEXT;
	return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(String(flags), 16) || 0 });
}
