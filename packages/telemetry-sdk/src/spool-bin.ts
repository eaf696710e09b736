#!/usr/bin/env node
import { onNewNode } from '@pipeline/command-line/node-guard';

await onNewNode({
	name: 'telemetry-spool',
	manifest: new URL('../package.json', import.meta.url),
	load: () => import('./spool/spool-process.ts'),
});
