import type { ComponentHealth } from '@pipeline/model';
import type {
	DeliveryCall,
	DeliveryReceipt,
	DeliveryStatus,
	DestinationAdapter,
	DestinationMetrics,
	OutboundRecord,
} from '../../src/index.ts';

export const SUCCESS: DeliveryReceipt = { status: 'SUCCESS', responseCode: 'OK' };
export const TRANSIENT: DeliveryReceipt = {
	status: 'FAILED',
	errorCode: 'CONN_007_SOURCE_OUTAGE',
	responseCode: '503',
	responseMessage: 'down',
	retryEligible: true,
};
export const PERMANENT: DeliveryReceipt = {
	status: 'FAILED',
	errorCode: 'DELIV_002_REJECTED',
	responseCode: '422',
	responseMessage: 'bad record',
	retryEligible: false,
};

/** What to do with one record: answer, or throw. */
export type Script = (outbound: OutboundRecord, call: DeliveryCall) => DeliveryReceipt | Promise<DeliveryReceipt>;

/** A destination that follows a script and remembers what it was sent. */
export class ScriptedAdapter implements DestinationAdapter {
	script: Script;
	readonly sent: string[] = [];
	readonly calls: (readonly OutboundRecord[])[] = [];
	readonly callIds: string[] = [];
	readonly statuses = new Map<string, DeliveryStatus>();
	readonly asked: string[] = [];
	isConnected = false;

	constructor(script: Script = () => SUCCESS) {
		this.script = script;
	}

	async connect(): Promise<void> {
		this.isConnected = true;
	}

	async disconnect(): Promise<void> {
		this.isConnected = false;
	}

	async deliver(batch: readonly OutboundRecord[], call: DeliveryCall): Promise<readonly DeliveryReceipt[]> {
		this.calls.push(batch);
		this.callIds.push(call.callId);
		for (const { rendered } of batch) this.sent.push(rendered.recordId);
		return Promise.all(batch.map(async (outbound) => this.script(outbound, call)));
	}

	async getDeliveryStatus(correlationId: string): Promise<DeliveryStatus> {
		this.asked.push(correlationId);
		return this.statuses.get(correlationId) ?? { state: 'UNKNOWN' };
	}

	getMetrics(): DestinationMetrics {
		return { recordsDelivered: 0, bytesDelivered: 0, callsMade: this.calls.length };
	}

	async healthCheck(): Promise<ComponentHealth> {
		return { componentName: 'scripted', status: 'HEALTHY', message: 'ok', lastCheck: '2026-01-01T00:00:00.000000Z' };
	}
}
