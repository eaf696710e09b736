// The build puts the version of package.json here; sources that run unbuilt find this one.
(globalThis as { __PACKAGE_VERSION__?: string }).__PACKAGE_VERSION__ ??= '0.0.0-source';
