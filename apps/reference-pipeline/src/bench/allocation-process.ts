import { journalAllocation } from './journal-allocation.ts';

// A process of its own: which functions the compiler inlines is decided once, and not always alike.
process.send?.(await journalAllocation());
process.exit(0);
