"""Lark's reductions of an expression to nodes: a method for each rule of ``expression.lark``.

Lark calls them while it parses, bottom-up, so neither depth nor length of a text costs Python
stack. Nothing is judged here: names, functions and operands are checked on the finished tree.
"""

from __future__ import annotations

from lark import Token, Transformer, v_args

from dynalite_py.language import nodes
from dynalite_py.language.nodes import Action, Condition, Operand, Path, PathPart, Value


def _part(token: Token) -> PathPart:
    match token.type:
        case "INDEX":
            return int(token)
        case "PLACEHOLDER":
            return nodes.Placeholder(str(token))
        case _:
            return str(token)


@v_args(inline=True)
class ExpressionTransformer(Transformer[Token, nodes.Condition]):
    """Reductions of condition, key condition, update and projection expressions."""

    def path(self, *parts: Token) -> Path:
        """``a.#b[1]``"""
        return Path(tuple(map(_part, parts)))

    def value(self, name: Token) -> Value:
        """``:v``"""
        return Value(str(name))

    def disjunction(self, left: Condition, right: Condition) -> nodes.Or:
        """``c OR c``"""
        return nodes.Or(left, right)

    def conjunction(self, left: Condition, right: Condition) -> nodes.And:
        """``c AND c``"""
        return nodes.And(left, right)

    def inversion(self, condition: Condition) -> nodes.Not:
        """``NOT c``"""
        return nodes.Not(condition)

    def comparison(self, left: Operand, operator: Token, right: Operand) -> nodes.Comparison:
        """``o < o``"""
        return nodes.Comparison(str(operator), left, right)

    def between(self, operand: Operand, lower: Operand, upper: Operand) -> nodes.Between:
        """``o BETWEEN o AND o``"""
        return nodes.Between(operand, lower, upper)

    def membership(self, operand: Operand, *choices: Operand) -> nodes.In:
        """``o IN (o, o)``"""
        return nodes.In(operand, choices)

    def call(self, function: Token, *arguments: Operand) -> nodes.Call:
        """``f(o, o)``"""
        return nodes.Call(str(function), arguments)

    def arithmetic(self, left: Operand, operator: Token, right: Operand) -> nodes.Arithmetic:
        """``o + o``"""
        return nodes.Arithmetic(str(operator), left, right)

    def set_action(self, path: Path, operand: Operand) -> nodes.SetAction:
        """``path = o``"""
        return nodes.SetAction(path, operand)

    def remove_action(self, path: Path) -> nodes.RemoveAction:
        """A path behind REMOVE."""
        return nodes.RemoveAction(path)

    def add_action(self, path: Path, value: Value) -> nodes.AddAction:
        """``path :v`` behind ADD."""
        return nodes.AddAction(path, value)

    def delete_action(self, path: Path, value: Value) -> nodes.DeleteAction:
        """``path :v`` behind DELETE."""
        return nodes.DeleteAction(path, value)

    def set_section(self, *actions: Action) -> tuple[str, tuple[Action, ...]]:
        """``SET ...``"""
        return "SET", actions

    def remove_section(self, *actions: Action) -> tuple[str, tuple[Action, ...]]:
        """``REMOVE ...``"""
        return "REMOVE", actions

    def add_section(self, *actions: Action) -> tuple[str, tuple[Action, ...]]:
        """``ADD ...``"""
        return "ADD", actions

    def delete_section(self, *actions: Action) -> tuple[str, tuple[Action, ...]]:
        """``DELETE ...``"""
        return "DELETE", actions

    def update(self, *sections: tuple[str, tuple[Action, ...]]) -> nodes.Update:
        """All sections in the order of the text, repeated ones too."""
        return nodes.Update(
            tuple(action for _, actions in sections for action in actions),
            tuple(name for name, _ in sections),
        )

    def projection(self, *paths: Path) -> nodes.Projection:
        """``path, path``"""
        return nodes.Projection(paths)
