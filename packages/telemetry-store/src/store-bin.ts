#!/usr/bin/env node
import { onNewNode } from '@pipeline/command-line/node-guard';

await onNewNode({
	name: 'telemetry-store',
	manifest: new URL('../package.json', import.meta.url),
	load: () => import('./cli/store-process.ts'),
});
