/** Replaced at build with the version in package.json. */
declare const __PACKAGE_VERSION__: string;
