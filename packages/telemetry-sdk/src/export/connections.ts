import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';

type AgentFactory = (protocol: string) => Agent | Promise<Agent>;

/** What of Node's agents makes connections, and takes them again. */
interface Connecting {
	createConnection(...args: unknown[]): Duplex & Partial<Unreferenced>;
	reuseSocket(socket: Duplex & Partial<Unreferenced>, request: unknown): void;
}

interface Unreferenced {
	unref(): void;
}

/** OpenTelemetry closes a channel when its last call has ended, and offers nothing that closes it before. */
interface Channel {
	readonly _transport?: { shutdown?(): void };
	readonly _delegate?: { readonly _transport?: { shutdown?(): void } };
}

/**
 * Connections of exporters. None over HTTP keeps the process: whoever waits for a request does so with a timer. They end with telemetry,
 * which OpenTelemetry's exporters do not see to: a request that nobody answers would hold the process for the time that it may take.
 */
export class Connections {
	readonly #agents = new Set<Agent>();
	readonly #channels: Channel[] = [];
	#isEnded = false;

	/** A factory of agents whose connections are known here. */
	known(factory: AgentFactory): (protocol: string) => Promise<Agent> {
		return async (protocol) => {
			const agent = await factory(protocol);
			this.#watch(agent as unknown as Connecting);
			this.#agents.add(agent);
			return agent;
		};
	}

	/** The channel of an exporter or delegate over gRPC: calls that wait for a connection keep it. */
	knownChannel<T>(of: T): T {
		this.#channels.push(of as Channel);
		return of;
	}

	/** Breaks off what is under way. Later requests fail at once. */
	end(): void {
		this.#isEnded = true;
		for (const { _delegate, _transport } of this.#channels) (_delegate?._transport ?? _transport)?.shutdown?.();
		// With an error of its own, which is not tried again.
		for (const { sockets, freeSockets } of this.#agents)
			for (const list of [...Object.values(sockets), ...Object.values(freeSockets)])
				for (const socket of list ?? []) socket.destroy(ended());
	}

	#watch(agent: Connecting): void {
		const { createConnection, reuseSocket } = agent;
		agent.createConnection = (...args) => {
			if (this.#isEnded) throw ended();
			const socket = createConnection.apply(agent, args);
			socket?.unref?.();
			return socket;
		};
		agent.reuseSocket = (socket, request) => {
			reuseSocket.call(agent, socket, request);
			socket.unref?.();
		};
	}
}

const ended = (): Error => new Error('no answer before telemetry was shut down');
