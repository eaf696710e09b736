import { EventEmitter } from 'node:events';

/** Event name -> payload. */
export type EventMap = Record<string, unknown>;

/** Node's EventEmitter with the types of one event map; each event has one payload. */
export interface TypedEmitter<Events extends object> extends EventEmitter {
	on<K extends keyof Events & string>(event: K, listener: (payload: Events[K]) => void): this;
	off<K extends keyof Events & string>(event: K, listener: (payload: Events[K]) => void): this;
	once<K extends keyof Events & string>(event: K, listener: (payload: Events[K]) => void): this;
	emit<K extends keyof Events & string>(event: K, payload: Events[K]): boolean;
}

/** A new emitter without listeners. */
export function createEmitter<Events extends object>(): TypedEmitter<Events> {
	return new EventEmitter() as unknown as TypedEmitter<Events>;
}
