import type {
	Acknowledgment,
	BackPressureSignal,
	BatchTransfer,
	CacheAccessRequest,
	CacheAccessResponse,
	CacheWarmUpRequest,
	CircuitStateChange,
	DeliveryConfirmation,
	DependencySignal,
	ErrorNotification,
	HealthCheckRequest,
	HealthCheckResponse,
	JobControlRequest,
	JobStatusUpdate,
	ScheduleNotification,
} from '@pipeline/model';

/** Messages that the ends of an edge understand. */
export type EdgeMessage =
	| BatchTransfer
	| Acknowledgment
	| BackPressureSignal
	| DeliveryConfirmation
	| ErrorNotification
	| CircuitStateChange
	| HealthCheckRequest
	| HealthCheckResponse;

/** Messages of the cache and of the orchestration: carried here, understood elsewhere. */
export type ServiceMessage =
	| CacheAccessRequest
	| CacheAccessResponse
	| CacheWarmUpRequest
	| JobControlRequest
	| JobStatusUpdate
	| DependencySignal
	| ScheduleNotification;

/** Everything that travels between modules. */
export type Message = EdgeMessage | ServiceMessage;
