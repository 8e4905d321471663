/** Our own lint rule: functions stay short. `deno lint` runs it through deno.json. */

/** Lines of a function. A table, an arrow with a single expression, may be longer. */
const MAX_FUNCTION_LINES = 70;

/** The part of Deno.lint in use here: its types belong to an unstable library. */
interface FunctionNode {
  readonly body: { readonly type: string } | null;
}

interface RuleContext {
  readonly sourceCode: { getText(node: FunctionNode): string };
  report(problem: { node: FunctionNode; message: string }): void;
}

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
  },
};

export default plugin;
