import { onNewNode } from '@pipeline/command-line/node-guard';

await onNewNode({
	name: 'observatory',
	manifest: new URL('../package.json', import.meta.url),
	load: () => import('./command-line.ts'),
	remedy: '`npx -y pnpm@12.21.0 run observatory` brings Node 24 on Linux',
});
