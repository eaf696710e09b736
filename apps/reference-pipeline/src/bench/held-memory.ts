import { type NodeWorker, Session } from 'node:inspector/promises';

/** What this process holds after garbage was collected in each of its threads, in bytes. */
export interface HeldMemory {
	/** Heap of the main thread. */
	readonly heap: number;
	/** Buffers of the main thread beside its heap, whether their pages are in use or not. */
	readonly buffers: number;
	/** Heap of the other threads. */
	readonly threadHeap: number;
	/** Buffers of the other threads beside their heaps. */
	readonly threadBuffers: number;
	/** Resident memory of the process. */
	readonly rss: number;
}

const COLLECT = 'HeapProfiler.collectGarbage';
/** What is garbage only when something else is gone. */
const COLLECTIONS = 2;
const WAITING_MS = 1_000;

/**
 * Collects all garbage, in all threads, as it is collected when memory is short: what V8 keeps because nobody else asks for it is given back, so
 * that what is left is what somebody holds. Takes some 100 ms, in which nothing else goes on.
 */
export async function heldMemory(): Promise<HeldMemory> {
	const session = new Session();
	session.connect();
	// A thread that does not keep the process does not keep it while it is asked either.
	const waiting = setInterval(() => {}, WAITING_MS);
	try {
		const threads = await usageOfThreads(session);
		for (let time = 0; time < COLLECTIONS; time++) await session.post(COLLECT);
		const { heapUsed, external, rss } = process.memoryUsage();
		return {
			heap: heapUsed,
			buffers: external,
			threadHeap: threads.reduce((sum, usage) => sum + usage.heapUsed, 0),
			threadBuffers: threads.reduce((sum, usage) => sum + usage.external, 0),
			rss,
		};
	} finally {
		clearInterval(waiting);
		session.disconnect();
	}
}

async function usageOfThreads(session: Session): Promise<readonly NodeJS.MemoryUsage[]> {
	const ids: string[] = [];
	session.on('NodeWorker.attachedToWorker', ({ params }) => ids.push(params.sessionId));
	await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
	const usages: NodeJS.MemoryUsage[] = [];
	for (const id of ids) {
		for (let time = 0; time < COLLECTIONS; time++) await ask(session, id, { method: COLLECT });
		const params = { expression: 'process.memoryUsage()', returnByValue: true };
		const { result } = await ask(session, id, { method: 'Runtime.evaluate', params });
		usages.push(result.result.value as NodeJS.MemoryUsage);
	}
	await session.post('NodeWorker.disable');
	return usages;
}

interface Answer {
	readonly result: { readonly result: { readonly value: unknown } };
}

/** One message to the inspector of a thread, and its answer. */
async function ask(session: Session, sessionId: string, message: object): Promise<Answer> {
	const answered = Promise.withResolvers<string>();
	const listen = ({ params }: { params: NodeWorker.ReceivedMessageFromWorkerEventDataType }) => {
		if (params.sessionId === sessionId) answered.resolve(params.message);
	};
	session.on('NodeWorker.receivedMessageFromWorker', listen);
	try {
		await session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id: 1, ...message }) });
		return JSON.parse(await answered.promise) as Answer;
	} finally {
		session.off('NodeWorker.receivedMessageFromWorker', listen);
	}
}
