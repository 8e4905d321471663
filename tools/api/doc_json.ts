/** What `deno doc --json` says, as far as the report of the SDK's interface reads it. */

/** A type; `value` is as `kind` says. */
export interface DocType {
  readonly kind: string;
  readonly value?: unknown;
}

/** A parameter of a type. */
export interface DocTypeParam {
  readonly name: string;
  readonly constraint?: DocType;
  readonly default?: DocType;
  readonly isConst?: boolean;
}

/** A parameter of a function. */
export interface DocParam {
  readonly kind: string;
  readonly name?: string;
  readonly optional?: boolean;
  readonly tsType?: DocType;
  /** Of a default value. */
  readonly left?: DocParam;
  /** Of the rest of the arguments. */
  readonly arg?: DocParam;
}

/** A function, or what is called like one. */
export interface DocFunction {
  readonly typeParams?: readonly DocTypeParam[];
  readonly params?: readonly DocParam[];
  readonly returnType?: DocType;
  /** Of overloads the one that has it is not called. */
  readonly hasBody?: boolean;
}

/** A property or a method of an interface, a class or a literal type. */
export interface DocMember extends DocFunction {
  readonly name: string;
  readonly kind?: string;
  readonly computed?: boolean;
  readonly optional?: boolean;
  readonly readonly?: boolean;
  readonly isStatic?: boolean;
  readonly isAbstract?: boolean;
  readonly accessibility?: string;
  readonly tsType?: DocType;
  readonly functionDef?: DocFunction;
}

/** Members by kind. */
export interface DocMembers {
  readonly properties?: readonly DocMember[];
  readonly methods?: readonly DocMember[];
  readonly indexSignatures?: readonly {
    readonly readonly?: boolean;
    readonly params: readonly DocParam[];
    readonly tsType?: DocType;
  }[];
  readonly callSignatures?: readonly (DocFunction & { readonly tsType?: DocType })[];
  readonly constructors?: readonly DocMember[];
}

/** What a symbol is: only what belongs to its kind is there. */
export interface DocDefinition extends DocMembers, DocFunction {
  readonly kind?: string;
  readonly tsType?: DocType;
  readonly isAbstract?: boolean;
  readonly extends?: string | readonly DocType[];
  readonly superTypeParams?: readonly DocType[];
  readonly implements?: readonly DocType[];
}

/** An exported name with all that is declared under it. */
export interface DocSymbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly def: DocDefinition;
    readonly jsDoc?: { readonly tags?: readonly { readonly kind: string; readonly doc?: string }[] };
  }[];
}

/** The whole answer for one entry. */
export interface DocJson {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly DocSymbol[] }>>;
}
