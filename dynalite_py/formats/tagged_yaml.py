"""YAML with CloudFormation's short tags: ``!Ref Name`` is ``{"Ref": "Name"}``.

PyYAML is an extra, and is imported when the first YAML is read.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from dynalite_py.formats.definitions import WrongDefinitionError

if TYPE_CHECKING:
    import yaml

_BARE = frozenset({"Ref", "Condition"})
_NOT_INSTALLED = "PyYAML is not installed: pip install 'dynalite_py[yaml]'"


def load(text: bytes) -> Any:
    """The document as plain values. Raises: WrongDefinitionError; ImportError without PyYAML."""
    try:
        import yaml
    except ImportError as missing:
        raise ImportError(_NOT_INSTALLED) from missing
    try:
        return yaml.load(text, Loader=_loader())  # noqa: S506 - a SafeLoader, with tags of its own
    except (yaml.YAMLError, RecursionError, ValueError) as failure:
        where = " ".join(str(failure).split())
        raise WrongDefinitionError(f"it is no YAML: {where:.300}") from None


@cache
def _loader() -> type[yaml.SafeLoader]:
    """PyYAML's safe loader, with the tags.

    Dates stay texts, as in JSON: ``Version: 2012-10-17`` is no date to anybody. So do names: those
    of accounts look like numbers.
    """
    import yaml

    from dynalite_py.formats import definitions

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012 - as its base has it
            first: [
                (tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"
            ]
            for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            found = super().construct_mapping(node, deep=deep)
            return {
                definitions.text(name, "a name") if isinstance(name, int | float) else name: each
                for name, each in found.items()
            }

    Loader.add_multi_constructor("!", _function)
    return Loader


def _function(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> Any:
    """The intrinsic function that a tag stands for."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        argument: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode), "there is no other kind"
        argument = loader.construct_mapping(node, deep=True)
    return {tag if tag in _BARE else f"Fn::{tag}": argument}
