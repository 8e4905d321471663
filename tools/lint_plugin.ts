/** Our own lint rules: functions stay short, and only one place reads the wall clock. `deno lint` runs them through deno.json. */

/** Lines of a function. A table, an arrow with a single expression, may be longer. */
const MAX_FUNCTION_LINES = 70;

/** The part of Deno.lint in use here: its types belong to an unstable library. */
interface FunctionNode {
  readonly body: { readonly type: string } | null;
}

interface MemberNode {
  readonly object: { readonly type: string; readonly name?: string };
  readonly property: { readonly type: string; readonly name?: string };
}

interface RuleContext {
  readonly filename: string;
  readonly sourceCode: { getText(node: FunctionNode): string };
  report(problem: { node: FunctionNode | MemberNode; message: string }): void;
}

/** The daemon, but for its clock and its tests. */
const MANAGER = /\/mgr\/(?!time\/)(?!.*_(?:test|bench)\.ts$)/;

/** The plugin, as deno lint loads it. */
const plugin = {
  name: "ganglion",
  rules: {
    "function-length": {
      create(context: RuleContext) {
        const check = (node: FunctionNode): void => {
          if (node.body?.type !== "BlockStatement") return;
          const lines = context.sourceCode.getText(node).split("\n").length;
          if (lines <= MAX_FUNCTION_LINES) return;
          context.report({ node, message: `${lines} lines: a function has at most ${MAX_FUNCTION_LINES}` });
        };
        return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
      },
    },
    "wall-clock": {
      create(context: RuleContext) {
        if (!MANAGER.test(context.filename)) return {};
        return {
          MemberExpression(node: MemberNode): void {
            if (node.object.name !== "Date" || node.property.name !== "now") return;
            const message =
              "A jump of the wall clock must change no period: take a Clock, its wall() for stamps";
            context.report({ node, message });
          },
        };
      },
    },
  },
};

export default plugin;
