"""Expression text: grammars, the AST, binding, evaluation and compilation to SQL."""
