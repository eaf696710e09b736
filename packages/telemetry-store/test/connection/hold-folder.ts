import { once } from 'node:events';
import { openDatabase } from '../../src/connection/open-database.ts';

// Has a folder open until its input ends.
const database = await openDatabase({ path: process.argv[2] ?? '' });
process.stdout.write('open\n');
process.stdin.resume();
await once(process.stdin, 'end');
await database.close();
