/** Exports nothing. */

export {};
