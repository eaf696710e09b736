import type { Iso } from './blocks.ts';
import type { MessageHeader } from './messages.ts';

/** A question to the cache, or an order. */
export interface CacheAccessRequest {
	header: MessageHeader;
	operation: 'GET' | 'PUT' | 'INVALIDATE';
	cacheKey: string;
	cacheNamespace: string;
	value?: Uint8Array;
	ttlSeconds?: number;
}

/** The answer of the cache. */
export interface CacheAccessResponse {
	header: MessageHeader;
	status: 'HIT' | 'MISS' | 'ERROR';
	value?: Uint8Array;
	sourceTier?: 'L1' | 'L2' | 'L3';
	latencyMs: number;
}

/** An order to fill the cache. */
export interface CacheWarmUpRequest {
	header: MessageHeader;
	cacheNamespace: string;
	keyPatterns: readonly string[];
	priority: 'NORMAL' | 'HIGH';
}

/** An order to a job. */
export interface JobControlRequest {
	header: MessageHeader;
	operation: 'START' | 'STOP' | 'PAUSE' | 'RESUME';
	jobId: string;
	parameters: Record<string, unknown>;
}

/** How far a job is. */
export interface JobStatusUpdate {
	header: MessageHeader;
	jobId: string;
	executionId: string;
	status: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED';
	progressPercent: number;
	recordsProcessed: number;
}

/** Word to the jobs that wait for another. */
export interface DependencySignal {
	header: MessageHeader;
	signalType: 'JOB_COMPLETE' | 'JOB_FAILED' | 'DATA_READY';
	jobId: string;
	downstreamJobs: readonly string[];
}

/** Word that a job is due. */
export interface ScheduleNotification {
	header: MessageHeader;
	jobId: string;
	scheduledTime: Iso;
	parameters: Record<string, unknown>;
}
