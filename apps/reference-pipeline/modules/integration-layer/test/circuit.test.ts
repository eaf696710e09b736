import { systemRuntime } from '@pipeline/model';
import { describe, expect, it } from 'vitest';
import {
	CircuitOpenError,
	CircuitRegistry,
	type FaultInjector,
	MemoryTransport,
	NotConnectedError,
} from '../src/index.ts';
import { batch, connectEnds, FAST } from './fixtures.ts';

const LIMITS = { circuitFailureThreshold: 3, circuitResetTimeoutMs: 60_000 };
const fail = async (): Promise<never> => {
	throw new Error('no');
};

describe('circuit registry', () => {
	it('opens a circuit at the threshold, not before, and says so', async () => {
		const registry = new CircuitRegistry(systemRuntime());
		const changes: unknown[] = [];
		registry.events.on('circuitChanged', (change) => changes.push(change));
		const circuit = registry.circuit('alpha:transfer:beta', LIMITS);
		for (let call = 0; call < 2; call++) await expect(circuit.execute(fail)).rejects.toThrow('no');
		expect([circuit.state, registry.openCount]).toEqual(['CLOSED', 0]);
		await expect(circuit.execute(fail)).rejects.toThrow('no');
		await expect(circuit.execute(async () => 1)).rejects.toThrow(CircuitOpenError);
		expect(changes).toEqual([
			{ circuitId: 'alpha:transfer:beta', previousState: 'CLOSED', newState: 'OPEN', failureCount: 3, openMs: 0 },
		]);
		expect(registry.states()).toMatchObject([
			{ state: 'OPEN', failureCount: 3, nextAttempt: expect.stringMatching(/Z$/) },
		]);
		expect([registry.openCount, registry.circuit('alpha:transfer:beta', LIMITS)]).toEqual([1, circuit]);
	});

	it('counts failures in a row only, and none that the peer is not to blame for', async () => {
		const circuit = new CircuitRegistry(systemRuntime()).circuit('c', LIMITS);
		const disconnected = async () => {
			throw new NotConnectedError();
		};
		for (const call of [fail, fail, async () => 1, fail, fail, disconnected, disconnected])
			await circuit.execute(call).catch(() => undefined);
		expect(circuit.state).toBe('CLOSED');
	});
});

describe('an edge with an open circuit', () => {
	it('holds its work back, tries once, and goes on when the peer is back', async () => {
		let isDown = true;
		const faults: FaultInjector = (message) => (isDown && 'records' in message ? [] : [message]);
		const config = { ...FAST, maxRetries: 5, circuitFailureThreshold: 2, circuitResetTimeoutMs: 20 };
		const { sending, receiving, told } = connectEnds(MemoryTransport.pair({ faults }), config);
		const states: string[] = [];
		const reported: string[] = [];
		sending.events.on('circuitChanged', ({ newState }) => {
			states.push(newState);
			if (newState === 'HALF_OPEN') isDown = false;
		});
		receiving.events.on('circuitReported', ({ change }) => reported.push(change.newState));
		expect(await sending.sender.send(batch('a'))).toMatchObject({ status: 'RECEIVED' });
		expect(states).toEqual(['OPEN', 'HALF_OPEN', 'CLOSED']);
		expect(told).toContain('call rejected');
		while (reported.length < 3) await new Promise(setImmediate);
		expect(reported).toEqual(states);
	});
});
