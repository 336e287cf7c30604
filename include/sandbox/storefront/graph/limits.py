"""How complex and how deep a query is, and whether the store takes it.

The limits are public (10,000 points, 16 levels), the way to count points is not: here each field costs one
point, and what is inside a connection counts once for each node that the connection is asked for. UNVERIFIED.
"""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from include.sandbox.storefront.graph.connections import page_size

MOST_POINTS = 10_000
MOST_LEVELS = 16


class Cost:
    """The points and levels of a valid query."""

    def __init__(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        self._variables = variables
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        measured = [self._measure(each.selection_set) for each in operations]
        self.points = max((points for points, _ in measured), default=0)
        self.levels = max((levels for _, levels in measured), default=0)

    @property
    def problem(self) -> str:
        """Why the store refuses the query; empty if it does not."""
        if self.points > MOST_POINTS:
            return (
                f"The query is too complex as it has a complexity score of {self.points} out of "
                f"{MOST_POINTS}. Please remove some elements and try again"
            )
        if self.levels > MOST_LEVELS:
            return f"The query is {self.levels} levels deep; the limit is {MOST_LEVELS}."
        return ""

    def _measure(self, selections: SelectionSetNode | None) -> tuple[int, int]:
        """Points and levels."""
        points, levels = 0, 0
        for each in selections.selections if selections else ():
            if isinstance(each, FieldNode):
                inner, deep = self._measure(each.selection_set)
                points += 1 + inner * self._times(each)
                levels = max(levels, deep + 1)
            elif isinstance(each, InlineFragmentNode | FragmentSpreadNode):
                fragment = self._fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else each
                inner, deep = self._measure(fragment.selection_set)
                points, levels = points + inner, max(levels, deep)
        return points, levels

    def _times(self, field: FieldNode) -> int:
        """How many nodes the field may have: more than one only in connections."""
        inside = field.selection_set.selections if field.selection_set else ()
        if not any(isinstance(each, FieldNode) and each.name.value == "edges" for each in inside):
            return 1
        arguments: dict[str, Any] = {}
        for argument in field.arguments or ():
            if isinstance(argument.value, IntValueNode):
                arguments[argument.name.value] = int(argument.value.value)
            elif isinstance(argument.value, VariableNode):
                arguments[argument.name.value] = self._variables.get(argument.value.name.value)
        return page_size(arguments)
