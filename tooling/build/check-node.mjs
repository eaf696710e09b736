// One clear line where the bundled Node is missing and the system's is too old. Plain JavaScript: it runs on any Node.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
	console.error(
		`Node ${process.versions.node} is too old and no bundled Node exists for ${process.platform}-${process.arch}: install Node 24 (>= 22.15) and run the command again.`,
	);
	process.exit(1);
}
