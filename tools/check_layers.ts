/** `deno run -A tools/check_layers.ts`: every import against the table of tools/layers.ts, and no cycles. */

import { fileURLToPath, pathToFileURL } from "node:url";
import { type Import, importCycles, layerViolations } from "./layers.ts";
import { printError } from "./print.ts";
import { filesBelow, ROOTS, TOP } from "./source_files.ts";

interface Target {
  readonly specifier?: string;
  readonly error?: string;
  readonly span: { readonly start: { readonly line: number } };
}

interface GraphModule {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: Target;
    readonly type?: Target;
  }[];
}

/** One `deno info` over a file that imports all files. */
async function readGraph(): Promise<readonly GraphModule[]> {
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const files = await filesBelow(ROOTS, ".ts");
    const lines = files.map((path) => `import ${JSON.stringify(pathToFileURL(TOP + path).href)};`);
    await Deno.writeTextFile(entry, lines.join("\n"));
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", `${TOP}deno.json`, entry],
      stderr: "inherit",
    }).output();
    if (code !== 0) throw new Error("Cannot read the graph of imports: deno info failed");
    const graph: { modules: readonly GraphModule[] } = JSON.parse(new TextDecoder().decode(stdout));
    return graph.modules.filter(({ specifier }) => specifier !== pathToFileURL(entry).href);
  } finally {
    await Deno.remove(entry);
  }
}

function relative(specifier: string): string {
  if (!specifier.startsWith("file:")) return specifier;
  const path = fileURLToPath(specifier);
  return path.startsWith(TOP) ? path.slice(TOP.length) : specifier;
}

function importsOf(module: GraphModule): Import[] {
  const from = relative(module.specifier);
  return (module.dependencies ?? []).flatMap(({ specifier, code, type }) => {
    const target = code ?? type;
    if (!target || from.includes(":")) return [];
    const to = relative(target.specifier ?? specifier);
    return [{ from, to, typeOnly: code === undefined, line: target.span.start.line + 1 }];
  });
}

const modules = await readGraph();
const imports = modules.flatMap(importsOf);
const complaints = [
  ...modules.filter(({ error }) => error).map(({ specifier, error }) => `${relative(specifier)}: ${error}`),
  ...layerViolations(imports),
  ...importCycles(imports).map((cycle) => `cycle: ${cycle.join(" -> ")}`),
];
for (const complaint of complaints) printError(complaint);
Deno.exit(complaints.length === 0 ? 0 : 1);
