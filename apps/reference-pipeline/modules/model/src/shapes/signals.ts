import type {
	CircuitState,
	ComponentHealth,
	ErrorScope,
	HealthStatus,
	IntegrationSeverity,
	Iso,
	Module,
	Recoverability,
	TraceFields,
	Uuid,
} from './blocks.ts';
import type { MessageHeader, TraceVerdicts } from './messages.ts';

/** A receiver asks its sender to slow down, or not any more. */
export interface BackPressureSignal {
	header: MessageHeader;
	signalType: 'ACTIVATE' | 'DEACTIVATE';
	currentQueueDepth: number;
	recommendedDelayMs: number;
	queueCapacity?: number;
}

/** How one record ended at one destination. */
export interface RecordDeliveryResult {
	recordId: Uuid;
	destinationId: string;
	status: 'DELIVERED' | 'FAILED' | 'DLQ';
	deliveryTimestamp: Iso;
}

/** How all records of a batch ended. */
export interface DeliveryConfirmation {
	header: MessageHeader;
	batchId: Uuid;
	deliveryResults: readonly RecordDeliveryResult[];
	traceVerdicts?: TraceVerdicts;
}

/** What an error is about. Values are masked. */
export interface ErrorContext {
	recordId?: string;
	batchId?: string;
	fieldName?: string;
	expectedValue?: string;
	actualValue?: string;
	upstreamErrors?: readonly Uuid[];
}

/** An error that crosses modules. */
export interface IntegrationError extends TraceFields {
	errorId: Uuid;
	correlationId: string;
	timestamp: Iso;
	sourceModule: Module;
	severity: IntegrationSeverity;
	recoverability: Recoverability;
	scope: ErrorScope;
	errorCode: string;
	errorMessage: string;
	context: ErrorContext;
	retryEligible: boolean;
}

/** What the module that is told of an error should do. */
export type ActionRequired = 'NONE' | 'THROTTLE' | 'HALT' | 'INVESTIGATE';

/** The message of errors. */
export interface ErrorNotification {
	header: MessageHeader;
	errors: readonly IntegrationError[];
	actionRequired: ActionRequired;
}

/** A circuit with its history. */
export interface CircuitBreakerState {
	/** `{module}:{kind}:{target}`. */
	circuitId: string;
	state: CircuitState;
	failureCount: number;
	lastFailure: Iso | null;
	nextAttempt: Iso | null;
}

/** The message of a circuit that changed. */
export interface CircuitStateChange extends TraceFields {
	header: MessageHeader;
	circuitId: string;
	previousState: CircuitState;
	newState: CircuitState;
	affectedModules: readonly Module[];
}

/** How much a health check asks. */
export type CheckType = 'LIVENESS' | 'READINESS' | 'DETAILED';

/** The question how a module is. */
export interface HealthCheckRequest {
	header: MessageHeader;
	checkType: CheckType;
}

/** The answer to it. */
export interface HealthCheckResponse {
	header: MessageHeader;
	status: HealthStatus;
	checks: readonly ComponentHealth[];
	uptimeSeconds: number;
}
