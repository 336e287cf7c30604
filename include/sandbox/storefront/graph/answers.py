"""Answers GraphQL queries of the storefront."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from graphql import (
    GraphQLError,
    GraphQLSchema,
    assert_valid_schema,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from include.sandbox.storefront.graph.limits import Cost
from include.sandbox.storefront.graph.nodes import ShownStore, Site


class Question(msgspec.Struct, rename="camel"):
    """The body of a request."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class Answer(NamedTuple):
    """Status, body and, where the query was executed, its complexity."""

    status: int
    body: dict[str, Any]
    complexity: int | None = None


def answer(store: ShownStore, body: bytes) -> Answer:
    """What cannot be executed is answered with 400, as public reports show it for complex queries."""
    try:
        question = msgspec.json.decode(body, type=Question)
        document = parse(question.query)
    except msgspec.DecodeError as error:
        return _refused(GraphQLError(str(error)))
    except GraphQLError as error:
        return _refused(error)
    problems = validate(schema(), document)
    if problems:
        return _refused(*problems)
    cost = Cost(document, question.variables or {})
    if cost.problem:
        return _refused(GraphQLError(cost.problem))
    result = execute_sync(
        schema(),
        document,
        {"site": Site(store)},
        variable_values=question.variables,
        operation_name=question.operation_name,
    )
    return Answer(200, dict(result.formatted), cost.points)


def _refused(*problems: GraphQLError) -> Answer:
    return Answer(400, {"errors": [each.formatted for each in problems]})


@cache
def schema() -> GraphQLSchema:
    """The part of BigCommerce's schema that this store knows."""
    built = build_schema((Path(__file__).parent / "schema.graphql").read_text(encoding="utf-8"))
    assert_valid_schema(built)
    return built
