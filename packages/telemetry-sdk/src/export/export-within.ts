import type { IOtlpExportDelegate } from '@opentelemetry/otlp-exporter-base';

/** How an export ended; code 0: it was accepted. */
export interface ExportResult {
	readonly code: number;
	readonly error?: Error;
}

const FAILED = 1;
/** The delegate keeps to its time itself, unless the answer never ends. */
const GRACE_MS = 1_000;

/**
 * Exports, and calls back once. OpenTelemetry's HTTP transport gives a connection up that is idle, but one whose answer comes byte by byte never
 * is. What is given up here stays open until the endpoint ends it; the delegate has no more than 30 of those.
 */
export function exportWithin<Request>(
	delegate: IOtlpExportDelegate<Request>,
	request: Request,
	timeoutMs: number,
	onEnded: (result: ExportResult) => void,
): void {
	let isEnded = false;
	const end = (result: ExportResult) => {
		if (isEnded) return;
		isEnded = true;
		clearTimeout(timer);
		onEnded(result);
	};
	const giveUp = () => end({ code: FAILED, error: new Error('the answer timed out') });
	const timer = setTimeout(giveUp, timeoutMs + GRACE_MS).unref();
	try {
		delegate.export(request, end);
	} catch (error) {
		end({ code: FAILED, error: error as Error });
	}
}
