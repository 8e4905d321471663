/** Never comes to an end of its import. */

for (;;);
