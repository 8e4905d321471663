/** Ends its process while it is imported. */

Deno.exit(0);
