import type { ResolvedSettings } from '../settings/settings.ts';
import type { ConsoleBackend } from './console-backend.ts';

/** What makes lines on the terminal of the signals that are to be there. Few processes need it: it is loaded for those alone. */
export async function openTerminal({ traces, logs }: ResolvedSettings['console']): Promise<Partial<ConsoleBackend>> {
	if (!traces && !logs) return {};
	const { createConsoleBackend } = await import('./console-backend.ts');
	const { sink, spans, events } = createConsoleBackend();
	return { ...(traces && { sink, spans }), ...(logs && { events }) };
}
