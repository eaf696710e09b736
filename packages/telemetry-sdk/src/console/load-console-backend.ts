import type { ConsoleBackend } from './console-backend.ts';

/** Few processes need it. */
export async function loadConsoleBackend(): Promise<ConsoleBackend> {
	const { createConsoleBackend } = await import('./console-backend.ts');
	return createConsoleBackend();
}
