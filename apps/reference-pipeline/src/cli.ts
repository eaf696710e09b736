import { onNewNode } from '@pipeline/command-line/node-guard';

await onNewNode({
	name: 'pipeline',
	manifest: new URL('../package.json', import.meta.url),
	load: () => import('./pipeline.ts'),
	remedy: '`npx -y pnpm@12.21.0 run pipeline` brings Node 24 on Linux',
});
